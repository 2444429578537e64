namespace AuthServer.RateLimits.InRedis;

/// <summary>Events of each key that are gathered into lots.</summary>
/// <param name="period">Events of the period before the last are dropped: they count nowhere any more.</param>
internal sealed class Tally(int lot, TimeSpan period, TimeProvider time, int capacity)
{
    private readonly CounterTable _table = new(capacity);

    private long Index => time.GetUtcNow().UtcTicks / period.Ticks;

    /// <summary>Adds one.</summary>
    /// <returns>The whole lot when it is more than full, which empties it; otherwise 0.</returns>
    public int Add(UInt128 key)
    {
        var index = Index;
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: index - 1, period: index);
            if (++counter.Current <= lot) return 0;
            return Clear(ref counter);
        }
    }

    /// <summary>Takes out what is there.</summary>
    public int Empty(UInt128 key)
    {
        var index = Index;
        lock (_table.GateOf(key))
        {
            if (_table.Peek(key, oldest: index - 1) is null) return 0;
            return Clear(ref _table.Find(key, oldest: index - 1, period: index));
        }
    }

    private static int Clear(ref Counter counter)
    {
        var events = counter.Current;
        counter.Current = 0;
        return events;
    }
}
