namespace AuthServer.RateLimits;

/// <summary>Bounds the protocol requests of one authenticated client in a minute, when the setting is given.</summary>
public sealed class ClientLimit(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    private const int Capacity = 1 << 14;

    private readonly SlidingWindow? _window =
        options.ProtocolRequestsPerClientPerMinute is { } limit ? new(limit, TimeSpan.FromMinutes(1), time, Capacity) : null;

    /// <returns>Null when the request may go on.</returns>
    public TimeSpan? Take(string clientId) => _window?.Take(keys.OfClient(clientId));
}
