using System.Net;
using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>The first limit that a request meets: so many in a minute from one address, whatever they ask for.</summary>
/// <remarks>
/// Callers on this machine are not counted unless the setting is given: behind a proxy that TRUSTED_PROXIES does not name all
/// callers have one address, and a program on this machine can hurt it in cheaper ways.
/// </remarks>
public sealed class FloodLimit(RateLimitOptions options, ThrottleKeys keys, TimeProvider time, SharedCounters? shared = null)
{
    public const int Default = 12_000;

    private readonly WindowLimit _window = new(
        "flood", options.RequestsPerAddressPerMinute ?? Default, TimeSpan.FromMinutes(1), time, shared);

    private readonly bool _countsThisMachine = options.RequestsPerAddressPerMinute is not null;

    /// <summary>Counts one request, or tells how long to wait; a refused one does not count. The way through allocates nothing.</summary>
    public ValueTask<TimeSpan?> TakeAsync(IPAddress? address)
    {
        if (address is null || (!_countsThisMachine && IPAddress.IsLoopback(address))) return default;
        var taken = _window.TakeAsync(keys.OfAddress(address));
        if (!taken.IsCompletedSuccessfully) return JudgeAsync(address, taken);
        return new(taken.Result is { } wait ? Judge(address, wait) : null);
    }

    private async ValueTask<TimeSpan?> JudgeAsync(IPAddress address, ValueTask<TimeSpan?> taken) =>
        await taken is { } wait ? Judge(address, wait) : null;

    // Asked last: only a caller who would be refused pays for the search.
    private TimeSpan? Judge(IPAddress address, TimeSpan wait) => options.FloodExempt.Contains(address) ? null : wait;
}
