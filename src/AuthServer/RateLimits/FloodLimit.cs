using System.Net;

namespace AuthServer.RateLimits;

/// <summary>The first limit that a request meets: so many in a minute from one address, whatever they ask for.</summary>
/// <remarks>
/// Callers on this machine are not counted unless the setting is given: behind a proxy that nobody named everybody would be
/// one address, and a program here can hurt the machine in cheaper ways. The count of the previous minute fades out linearly.
/// </remarks>
public sealed class FloodLimit(RateLimitOptions options, ThrottleKeys keys, TimeProvider time)
{
    public const int Default = 12_000;

    // 2.6 MB: addresses that are counted at once.
    private const int Capacity = 1 << 16;

    private readonly CounterTable _table = new(Capacity);
    private readonly int _limit = options.RequestsPerAddressPerMinute ?? Default;
    private readonly bool _countsThisMachine = options.RequestsPerAddressPerMinute is not null;

    /// <summary>Counts one request, or tells how long to wait; a refused one does not count. The way through allocates nothing.</summary>
    public TimeSpan? Take(IPAddress? address)
    {
        if (address is null || (!_countsThisMachine && IPAddress.IsLoopback(address))) return null;
        var key = keys.OfAddress(address);
        var ticks = time.GetUtcNow().UtcTicks;
        var (minute, rest) = Math.DivRem(ticks, TimeSpan.TicksPerMinute);
        var passed = (double)rest / TimeSpan.TicksPerMinute;
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: minute - 1, period: minute);
            if (counter.Period != minute)
            {
                counter.Previous = counter.Period == minute - 1 ? counter.Current : 0;
                counter.Current = 0;
                counter.Period = minute;
            }

            if (FadingCount.Admits(counter.Current, counter.Previous, passed, _limit))
            {
                counter.Current++;
                return null;
            }

            // Asked last: only who would be refused pays for the search.
            return options.FloodExempt.Contains(address) ? null : FadingCount.Wait(counter.Current, counter.Previous, passed, _limit, TimeSpan.FromMinutes(1));
        }
    }
}
