using System.Net;

namespace AuthServer.RateLimits;

/// <summary>The first limit that a request meets: so many in a minute from one address, whatever they ask for.</summary>
/// <remarks>
/// Callers on this machine are not counted unless the setting is given: behind a proxy that TRUSTED_PROXIES does not name all
/// callers have one address, and a program on this machine can hurt it in cheaper ways.
/// </remarks>
public sealed class FloodLimit(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    public const int Default = 12_000;

    private readonly SlidingWindow _window = new(options.RequestsPerAddressPerMinute ?? Default, TimeSpan.FromMinutes(1), time);
    private readonly bool _countsThisMachine = options.RequestsPerAddressPerMinute is not null;

    /// <summary>Counts one request, or tells how long to wait; a refused one does not count. The way through allocates nothing.</summary>
    public TimeSpan? Take(IPAddress? address)
    {
        if (address is null || (!_countsThisMachine && IPAddress.IsLoopback(address))) return null;
        if (_window.Take(keys.OfAddress(address)) is not { } wait) return null;
        // Asked last: only a caller who would be refused pays for the search.
        return options.FloodExempt.Contains(address) ? null : wait;
    }
}
