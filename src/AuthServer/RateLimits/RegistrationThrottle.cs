namespace AuthServer.RateLimits;

/// <summary>Bounds the new accounts from one address, and with them the answers to "is this address taken".</summary>
public sealed class RegistrationThrottle(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    // A person who types sends one after each pause. Each costs about a millisecond.
    private const int HintsPerMinute = 60;
    private const int Capacity = 1 << 14;

    private readonly SlidingWindow _accounts = new(options.RegistrationsPerAddressPerHour, TimeSpan.FromHours(1), time, Capacity);
    private readonly SlidingWindow _hints = new(HintsPerMinute, TimeSpan.FromMinutes(1), time, Capacity);

    /// <summary>Counts one; a wait when it may not go on.</summary>
    public TimeSpan? Take(string? address) => keys.OfAddress(address) is { } key ? _accounts.Take(key) : null;

    /// <summary>Counts a question whether a password is easy to guess.</summary>
    public TimeSpan? TakeHint(string? address) => keys.OfAddress(address) is { } key ? _hints.Take(key) : null;
}
