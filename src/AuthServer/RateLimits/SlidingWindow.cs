using AuthServer.RateLimits.InRedis;

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
        var (index, passed) = Place(time.GetUtcNow().UtcTicks);
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: index - 1, period: index);
            Turn(ref counter, index);
            if (Used(counter.Current, counter.Previous, passed) + 1 > limit) return Wait(counter.Current, counter.Previous, passed);
            counter.Current++;
            return null;
        }
    }

    /// <summary>How much of the limit is used, and how long the next event has to wait. Asking does not count.</summary>
    internal (double Used, TimeSpan? Wait) Peek(UInt128 key)
    {
        var (index, passed) = Place(time.GetUtcNow().UtcTicks);
        lock (_table.GateOf(key))
        {
            if (_table.Peek(key, oldest: index - 1) is not { } counter) return (0, null);
            Turn(ref counter, index);
            var used = Used(counter.Current, counter.Previous, passed);
            return (used, used + 1 > limit ? Wait(counter.Current, counter.Previous, passed) : null);
        }
    }

    /// <summary>Takes over what Redis counted; events that it does not know, because it was away or lost them, still count here.</summary>
    /// <returns>How long to wait, when Redis refused the event.</returns>
    internal TimeSpan? Learn(UInt128 key, in SharedCount count)
    {
        var (index, passed) = Place(count.Now);
        if (count.Current + count.Previous > 0)
        {
            lock (_table.GateOf(key))
            {
                ref var counter = ref _table.Find(key, oldest: index - 1, period: index);
                if (counter.Period <= index)
                {
                    Turn(ref counter, index);
                    counter.Current = Math.Max(counter.Current, count.Current);
                    counter.Previous = Math.Max(counter.Previous, count.Previous);
                }
            }
        }
        return count.Admitted ? null : Wait(count.Current, count.Previous, passed);
    }

    private (long Index, double Passed) Place(long now)
    {
        var (index, rest) = Math.DivRem(now, period.Ticks);
        return (index, (double)rest / period.Ticks);
    }

    private static void Turn(ref Counter counter, long index)
    {
        if (counter.Period == index) return;
        counter.Previous = counter.Period == index - 1 ? counter.Current : 0;
        counter.Current = 0;
        counter.Period = index;
    }

    private static double Used(int current, int previous, double passed) => current + (previous * (1 - passed));

    /// <summary>Until enough of the fading count is gone: of the previous period in this one, or of this one in the next.</summary>
    private TimeSpan Wait(int current, int previous, double passed)
    {
        var room = limit - 1 - current;
        var until = room >= 0 && previous > 0
            ? 1 - ((double)room / previous)
            : 2 - ((double)(limit - 1) / current);
        var wait = TimeSpan.FromTicks((long)(Math.Max(until - passed, 0) * period.Ticks));
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds)));
    }
}
