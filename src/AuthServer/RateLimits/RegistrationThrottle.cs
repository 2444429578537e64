namespace AuthServer.RateLimits;

/// <summary>Bounds the new accounts from one address, and with them the answers to "is this address taken".</summary>
public sealed class RegistrationThrottle(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    private readonly SlidingWindow _window = new(options.RegistrationsPerAddressPerHour, TimeSpan.FromHours(1), time);

    /// <summary>Counts one; a wait when it may not go on.</summary>
    public TimeSpan? Take(string? address) => keys.OfAddress(address) is { } key ? _window.Take(key) : null;
}
