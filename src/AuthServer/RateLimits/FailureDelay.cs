using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>After so many failures of a key, a wait that doubles with each further one up to 15 minutes and is forgotten in time.</summary>
/// <param name="memory">How long after the last failure, or after its wait, all are forgotten; null: 15 minutes.</param>
public sealed class FailureDelay(int limit, TimeProvider time, int capacity = FailureDelay.DefaultCapacity, TimeSpan? memory = null)
{
    public const int DefaultCapacity = 1 << 16;

    internal static readonly TimeSpan First = TimeSpan.FromSeconds(15);
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);
    internal static readonly TimeSpan UsualMemory = TimeSpan.FromMinutes(15);

    private readonly long _memory = (memory ?? UsualMemory).Ticks;

    // A counter's period is the moment at which its failures are forgotten; the wait ends one memory earlier.
    private readonly CounterTable _table = new(capacity);

    public int Entries => _table.Count(oldest: Now + 1);

    private long Now => time.GetUtcNow().UtcTicks;

    /// <summary>How long the key has to wait now; null when it may try. Asking does not count and does not prolong.</summary>
    public TimeSpan? Wait(UInt128 key)
    {
        var now = Now;
        lock (_table.GateOf(key))
        {
            return _table.Peek(key, oldest: now + 1) is { } counter ? Wait(counter.Current, counter.Period, now) : null;
        }
    }

    /// <summary>Takes over what Redis counted.</summary>
    /// <returns>How long the key has to wait.</returns>
    internal TimeSpan? Learn(UInt128 key, in SharedCount count)
    {
        lock (_table.GateOf(key))
        {
            if (count.Current > 0 || _table.Peek(key, oldest: count.Now + 1) is not null)
            {
                ref var counter = ref _table.Find(key, oldest: count.Now + 1, period: count.Period);
                (counter.Current, counter.Period) = (count.Current, count.Period);
            }
        }
        return Wait(count.Current, count.Period, count.Now);
    }

    /// <summary>The failures of the key that are not yet forgotten.</summary>
    public int Failures(UInt128 key)
    {
        lock (_table.GateOf(key)) return _table.Peek(key, oldest: Now + 1)?.Current ?? 0;
    }

    public void Failed(UInt128 key)
    {
        var now = Now;
        lock (_table.GateOf(key)) Fail(key, now);
    }

    /// <summary>Counts a failure before it is known to be one, unless the key has to wait: then how long.</summary>
    public TimeSpan? Take(UInt128 key)
    {
        var now = Now;
        lock (_table.GateOf(key))
        {
            if (_table.Peek(key, oldest: now + 1) is { } counter && Wait(counter.Current, counter.Period, now) is { } wait) return wait;
            Fail(key, now);
            return null;
        }
    }

    /// <summary>Takes so many failures back, or all of them.</summary>
    public void Forget(UInt128 key, int failures = int.MaxValue)
    {
        var now = Now;
        lock (_table.GateOf(key))
        {
            if (_table.Peek(key, oldest: now + 1) is not { } counter) return;
            _table.Find(key, oldest: now + 1, period: now).Current = Math.Max(0, counter.Current - failures);
        }
    }

    private void Fail(UInt128 key, long now)
    {
        ref var counter = ref _table.Find(key, oldest: now + 1, period: now);
        counter.Current++;
        counter.Period = now + Delay(counter.Current - limit) + _memory;
    }

    private TimeSpan? Wait(int failures, long forgottenAt, long now)
    {
        if (failures < limit) return null;
        var left = forgottenAt - _memory - now;
        return left > 0 ? TimeSpan.FromSeconds(Math.Ceiling((double)left / TimeSpan.TicksPerSecond)) : null;
    }

    private static long Delay(int beyond) => beyond switch
    {
        < 0 => 0,
        >= 6 => Longest.Ticks,
        _ => Math.Min(First.Ticks << beyond, Longest.Ticks),
    };
}
