namespace AuthServer.RateLimits;

/// <summary>At most so many events per key in any period, with two counts a key.</summary>
/// <remarks>The count of the previous period fades out linearly, so that a burst across its boundary is not let through twice.</remarks>
public sealed class SlidingWindow(int limit, TimeSpan period, TimeProvider time, int capacity = SlidingWindow.DefaultCapacity)
{
    public const int DefaultCapacity = 1 << 16;

    private readonly CounterTable _table = new(capacity);

    /// <summary>Counts one event, or tells how long to wait; a refused event does not count. Allocates nothing.</summary>
    public TimeSpan? Take(UInt128 key)
    {
        var (index, rest) = Math.DivRem(time.GetUtcNow().UtcTicks, period.Ticks);
        var passed = (double)rest / period.Ticks;
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: index - 1, period: index);
            if (counter.Period != index)
            {
                counter.Previous = counter.Period == index - 1 ? counter.Current : 0;
                counter.Current = 0;
                counter.Period = index;
            }

            if (counter.Current + (counter.Previous * (1 - passed)) + 1 > limit) return Wait(counter, passed);
            counter.Current++;
            return null;
        }
    }

    /// <summary>Until enough of the fading count is gone: of the previous period in this one, or of this one in the next.</summary>
    private TimeSpan Wait(in Counter counter, double passed)
    {
        var room = limit - 1 - counter.Current;
        var until = room >= 0 && counter.Previous > 0
            ? 1 - ((double)room / counter.Previous)
            : 2 - ((double)(limit - 1) / counter.Current);
        var wait = TimeSpan.FromTicks((long)(Math.Max(until - passed, 0) * period.Ticks));
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds)));
    }
}
