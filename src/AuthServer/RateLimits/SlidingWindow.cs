namespace AuthServer.RateLimits;

/// <summary>At most so many events per key in any period, with memory for two counters a key.</summary>
/// <remarks>The count of the previous period fades out linearly, so that a burst across its boundary is not let through twice.</remarks>
public sealed class SlidingWindow(int limit, TimeSpan period, TimeProvider time, int capacity = SlidingWindow.DefaultCapacity)
{
    public const int DefaultCapacity = 50_000;

    private readonly Lock _gate = new();
    private readonly RecentTable<Counters> _table = new(capacity);

    public int Entries
    {
        get
        {
            lock (_gate) return _table.Count;
        }
    }

    /// <summary>Counts one event, or tells how long to wait; a refused event does not count.</summary>
    public TimeSpan? Take(UInt128 key)
    {
        var ticks = time.GetUtcNow().UtcTicks;
        var index = ticks / period.Ticks;
        var passed = (double)(ticks % period.Ticks) / period.Ticks;
        lock (_gate)
        {
            var entry = _table.GetOrAdd(key, () => new Counters { Index = index });
            if (entry.Index != index)
            {
                entry.Previous = entry.Index == index - 1 ? entry.Current : 0;
                entry.Current = 0;
                entry.Index = index;
            }

            if (FadingCount.Admits(entry.Current, entry.Previous, passed, limit))
            {
                entry.Current++;
                return null;
            }

            return FadingCount.Wait(entry.Current, entry.Previous, passed, limit, period);
        }
    }

    private sealed class Counters
    {
        public long Index { get; set; }

        public int Current { get; set; }

        public int Previous { get; set; }
    }
}
