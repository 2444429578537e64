using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Bounds how often one address is sent to other providers: each start keeps a row until it comes back or expires.</summary>
public sealed class UpstreamThrottle(RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    private const int Capacity = 1 << 14;

    private readonly WindowLimit _starts = new(
        "upstream", options.SignInsPerAddressPerMinute, TimeSpan.FromMinutes(1), time, shared, Capacity);

    /// <summary>Counts one start; a wait when there were too many.</summary>
    public ValueTask<TimeSpan?> TakeAsync(string? address) => keys.OfAddress(address) is { } key ? _starts.TakeAsync(key) : default;
}
