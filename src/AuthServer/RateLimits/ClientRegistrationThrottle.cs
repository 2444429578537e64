using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds the clients that one address registers where everybody may.</summary>
public sealed class ClientRegistrationThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private readonly WindowLimit _clients = new(
        "client-registrations", options.ClientRegistrationsPerAddressPerHour, TimeSpan.FromHours(1), time, shared, 1 << 12);

    /// <summary>Counts one; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _clients.TakeAsync(key) : default;
}
