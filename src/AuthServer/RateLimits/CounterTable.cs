namespace AuthServer.RateLimits;

/// <summary>What is counted for one key.</summary>
internal struct Counter
{
    public UInt128 Key;

    /// <summary>Up to when the counter counts, in the unit of the limit that uses the table: a period's number, or ticks.</summary>
    public long Period;

    public int Current;
    public int Previous;
}

/// <summary>The counters behind every limit: fixed in number and memory, each found under a lock of its part of the table.</summary>
/// <remarks>
/// A key belongs to one bucket of sixteen places. When all are taken by keys that still count, the one with the fewest
/// events (among equals the oldest) makes room: it starts again at zero when it comes back, so a full table never refuses
/// a caller who did little. To lose a count on purpose, an attacker has to bring sixteen other keys into the same bucket with
/// more events each, without knowing the keyed hash that chooses it: more events than the limit that they want to avoid.
/// </remarks>
internal sealed class CounterTable
{
    private const int Ways = 16, MostLocks = 64;

    private readonly Counter[] _counters;
    private readonly Lock[] _gates;
    private readonly int _mask;

    /// <param name="capacity">A power of two, at least sixteen. 32 bytes each, taken from the system when they are first used.</param>
    public CounterTable(int capacity)
    {
        _counters = new Counter[capacity];
        _mask = (capacity / Ways) - 1;
        _gates = new Lock[Math.Min(capacity / Ways, MostLocks)];
        for (var i = 0; i < _gates.Length; i++) _gates[i] = new();
    }

    /// <summary>The lock of the key; hold it while its counter is used.</summary>
    public Lock GateOf(UInt128 key) => _gates[BucketOf(key) & (_gates.Length - 1)];

    /// <summary>The counter of the key, or a fresh one.</summary>
    /// <param name="oldest">The first period that still counts; counters of earlier ones are free.</param>
    /// <param name="period">The period of a fresh counter.</param>
    public ref Counter Find(UInt128 key, long oldest, long period)
    {
        var bucket = _counters.AsSpan(BucketOf(key) * Ways, Ways);
        var free = -1;
        var fewest = 0;
        for (var i = 0; i < bucket.Length; i++)
        {
            ref var counter = ref bucket[i];
            // A counter that was never used has no events, whatever its period says.
            var lives = counter.Period >= oldest && counter.Current + counter.Previous > 0;
            if (lives && counter.Key == key) return ref counter;
            if (!lives) free = i;
            else if ((counter.Current, counter.Period).CompareTo((bucket[fewest].Current, bucket[fewest].Period)) < 0) fewest = i;
        }

        ref var fresh = ref bucket[free >= 0 ? free : fewest];
        fresh = new Counter { Key = key, Period = period };
        return ref fresh;
    }

    /// <summary>A copy of the counter of the key; nothing makes room for it when there is none.</summary>
    public Counter? Peek(UInt128 key, long oldest)
    {
        foreach (ref readonly var counter in _counters.AsSpan(BucketOf(key) * Ways, Ways))
        {
            if (counter.Key == key && counter.Period >= oldest && counter.Current + counter.Previous > 0) return counter;
        }

        return null;
    }

    /// <summary>How many counters of these periods are in use; for tests, it walks the whole table.</summary>
    public int Count(long oldest) => _counters.Count(c => c.Period >= oldest && c.Current + c.Previous > 0);

    // The upper half of a key is the output of a keyed hash, so its bits are spread evenly.
    private int BucketOf(UInt128 key) => (int)(ulong)(key >> 64) & _mask;
}
