using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds the protocol requests of one authenticated client in a minute, when the setting is given.</summary>
public sealed class ClientLimit(RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int Capacity = 1 << 14;

    private readonly WindowLimit? _window = options.ProtocolRequestsPerClientPerMinute is { } limit
        ? new("clients", limit, TimeSpan.FromMinutes(1), time, shared, Capacity)
        : null;

    /// <returns>Null when the request may go on.</returns>
    public ValueTask<TimeSpan?> TakeAsync(string clientId) => _window?.TakeAsync(keys.OfClient(clientId)) ?? default;
}
