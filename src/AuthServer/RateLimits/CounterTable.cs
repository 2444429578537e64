namespace AuthServer.RateLimits;

/// <summary>What is counted for one key: the events of a period, and of the one before.</summary>
internal struct Counter
{
    public UInt128 Key;
    public long Period;
    public int Current;
    public int Previous;
}

/// <summary>Counters of fixed number and memory, each found under a lock of its part of the table.</summary>
/// <remarks>
/// A key belongs to one bucket of sixteen places. When all are taken by keys that still count, the one with the fewest
/// events makes room: it starts again at nothing when it comes back, so a full table never refuses anybody who did little.
/// Whoever wants to lose a count on purpose would have to bring sixteen other addresses into the same bucket with more
/// events each, without knowing the hash that chooses it: he sends more than the limit that he wants to get around.
/// </remarks>
internal sealed class CounterTable
{
    private const int Ways = 16, Locks = 64;

    private readonly Counter[] _counters;
    private readonly Lock[] _gates = new Lock[Locks];
    private readonly int _mask;

    /// <param name="capacity">A power of two, at least sixteen.</param>
    public CounterTable(int capacity)
    {
        _counters = new Counter[capacity];
        _mask = (capacity / Ways) - 1;
        for (var i = 0; i < Locks; i++) _gates[i] = new();
    }

    /// <summary>The lock of the key; hold it while its counter is used.</summary>
    public Lock GateOf(UInt128 key) => _gates[BucketOf(key) & (Locks - 1)];

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
            var lives = counter.Period >= oldest;
            if (lives && counter.Key == key) return ref counter;
            if (!lives) free = i;
            else if (counter.Current < bucket[fewest].Current) fewest = i;
        }

        ref var fresh = ref bucket[free >= 0 ? free : fewest];
        fresh = new Counter { Key = key, Period = period };
        return ref fresh;
    }

    // The upper half of a key is the output of a keyed hash, so its bits are spread evenly.
    private int BucketOf(UInt128 key) => (int)(ulong)(key >> 64) & _mask;
}
