namespace AuthServer.RateLimits.InRedis;

/// <summary>Events of each key that are gathered into lots.</summary>
/// <param name="period">Events of the period before the last are dropped: they count nowhere any more.</param>
internal sealed class Tally(int lot, TimeSpan period, TimeProvider time, int capacity)
{
    private readonly CounterTable _table = new(capacity);

    private long Index => time.GetUtcNow().UtcTicks / period.Ticks;

    /// <summary>Adds one.</summary>
    /// <returns>
    /// When the lot is more than full, the events to tell, which are taken out. When an earlier lot is still on its way, the last event is
    /// not among them and has to ask: so no more than two lots are ever unknown to Redis, however fast they come.
    /// </returns>
    public (int Events, bool Asks) Add(UInt128 key)
    {
        var index = Index;
        lock (_table.GateOf(key))
        {
            ref var counter = ref _table.Find(key, oldest: index - 1, period: index);
            if (++counter.Current <= lot) return default;
            if (counter.Previous > 0) return (Clear(ref counter) - 1, Asks: true);
            // The lot on its way.
            counter.Previous = Clear(ref counter);
            return (counter.Previous, Asks: false);
        }
    }

    /// <summary>The lot on its way has arrived, or is lost.</summary>
    public void Arrived(UInt128 key)
    {
        var index = Index;
        lock (_table.GateOf(key))
        {
            if (_table.Peek(key, oldest: index - 1) is not null) _table.Find(key, oldest: index - 1, period: index).Previous = 0;
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
