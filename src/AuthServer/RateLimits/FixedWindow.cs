using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>At most so many events per key in a period that begins with the first of them.</summary>
internal sealed class FixedWindow(int limit, TimeSpan period, TimeProvider time, int capacity)
{
    private readonly CounterTable _table = new(capacity);

    /// <summary>Counts one event unless the budget is used up.</summary>
    public BudgetState Take(UInt128 key)
    {
        var now = time.GetUtcNow().UtcTicks;
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: now - period.Ticks + 1, period: now);
            // A clock that was put back must not keep a caller out for longer than a period.
            if (counter.Period > now) counter.Period = now;
            var admitted = counter.Current < limit;
            if (admitted) counter.Current++;
            return StateOf(admitted, counter.Current, counter.Period, now);
        }
    }

    /// <summary>The refusal, when nothing is left; null when the event could be counted.</summary>
    public BudgetState? Refusal(UInt128 key)
    {
        var now = time.GetUtcNow().UtcTicks;
        lock (_table.GateOf(key))
        {
            return _table.Peek(key, oldest: now - period.Ticks + 1) is { } counter && counter.Current >= limit
                ? StateOf(admitted: false, counter.Current, Math.Min(counter.Period, now), now)
                : null;
        }
    }

    /// <summary>Takes over what Redis counted; events that it does not know, because it was away or lost them, still count here.</summary>
    public BudgetState Learn(UInt128 key, in SharedCount count)
    {
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: count.Now - period.Ticks + 1, period: count.Period);
            counter.Period = Math.Min(counter.Period, count.Period);
            counter.Current = Math.Max(counter.Current, count.Current);
        }
        return StateOf(count.Admitted, count.Current, count.Period, count.Now);
    }

    private BudgetState StateOf(bool admitted, int count, long begin, long now) =>
        new(admitted, limit, Math.Max(0, limit - count), TimeSpan.FromTicks(begin + period.Ticks - now));
}
