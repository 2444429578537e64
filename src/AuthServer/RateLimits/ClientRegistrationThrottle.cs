using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds the clients that one address registers where everybody may, and what it asks of registrations otherwise.</summary>
public sealed class ClientRegistrationThrottle(
    RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    // A client reads and changes its registration a few times in its life; whoever does more tries tokens or keeps the database busy.
    private const int UsesPerRegistration = 30;

    private readonly WindowLimit _clients = new(
        "client-registrations", options.ClientRegistrationsPerAddressPerHour, TimeSpan.FromHours(1), time, shared, 1 << 12);

    private readonly WindowLimit _uses = new(
        "client-registration-uses",
        (int)Math.Min(int.MaxValue, (long)options.ClientRegistrationsPerAddressPerHour * UsesPerRegistration), TimeSpan.FromHours(1), time,
        shared, 1 << 12);

    /// <summary>Counts one; a wait when it may not go on.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _clients.TakeAsync(key) : default;

    /// <summary>Counts one request with a token: of a registration access token (RFC 7592), or of an initial one.</summary>
    public ValueTask<TimeSpan?> TakeUseAsync(string? address) => keys.OfAddress(address) is { } key ? _uses.TakeAsync(key) : default;
}
