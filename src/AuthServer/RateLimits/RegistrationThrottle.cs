using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds the new accounts from one address, and with them the answers to "is this address taken".</summary>
public sealed class RegistrationThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    // A person who types sends one after each pause. Each costs about a millisecond.
    private const int HintsPerMinute = 60;
    private const int Capacity = 1 << 14;

    private readonly WindowLimit _accounts = new(
        "registrations", options.RegistrationsPerAddressPerHour, TimeSpan.FromHours(1), time, shared, Capacity);

    private readonly WindowLimit _hints = new("hints", HintsPerMinute, TimeSpan.FromMinutes(1), time, shared, Capacity);

    /// <summary>Counts one; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _accounts.TakeAsync(key) : default;

    /// <summary>Counts a question whether a password is easy to guess.</summary>
    public ValueTask<TimeSpan?> TakeHintAsync(string? address) => keys.OfAddress(address) is { } key ? _hints.TakeAsync(key) : default;
}
