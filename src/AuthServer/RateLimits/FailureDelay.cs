namespace AuthServer.RateLimits;

/// <summary>After so many failures of a key, a wait that doubles with each further one up to 15 minutes and is forgotten in time.</summary>
public sealed class FailureDelay(int limit, TimeProvider time, int capacity = FailureDelay.DefaultCapacity)
{
    public const int DefaultCapacity = 50_000;

    private static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly RecentTable<Failures> _table = new(capacity);

    public int Entries
    {
        get
        {
            lock (_gate) return _table.Count;
        }
    }

    /// <summary>How long the key has to wait now; null when it may try. Asking does not count and does not prolong.</summary>
    public TimeSpan? Wait(UInt128 key)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            return _table.Find(key) is { } entry && entry.OpensAt > now ? TimeSpan.FromSeconds(Math.Ceiling((entry.OpensAt - now).TotalSeconds)) : null;
        }
    }

    public void Failed(UInt128 key)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            var entry = _table.GetOrAdd(key, () => new Failures());
            if (now >= entry.ForgottenAt) entry.Count = 0;
            entry.Count++;
            if (entry.Count >= limit) entry.OpensAt = now + Delay(entry.Count - limit);
            entry.ForgottenAt = (entry.OpensAt > now ? entry.OpensAt : now) + Memory;
        }
    }

    public void Forget(UInt128 key)
    {
        lock (_gate) _table.Remove(key);
    }

    private static TimeSpan Delay(int beyond) => beyond >= 6 ? Longest : TimeSpan.FromTicks(Math.Min(First.Ticks << beyond, Longest.Ticks));

    private sealed class Failures
    {
        public int Count { get; set; }

        public DateTimeOffset OpensAt { get; set; }

        public DateTimeOffset ForgottenAt { get; set; }
    }
}
