using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>A sliding window that is counted here and, where there is a Redis, by all servers together.</summary>
/// <remarks>
/// With Redis each event is one call, and none when this server knows already that it must be refused. A limit of a thousand and more is
/// different (docs/decisions/0022-limits-are-counted-in-redis.md): until fifteen sixteenths of it are used, each server tells Redis of its
/// events in lots of a thousandth of the limit, and no event waits for that unless lots fill faster than they are told. So an address that
/// does little costs no call, and takes no memory in Redis.
/// </remarks>
internal sealed class WindowLimit
{
    private const int LotsPerLimit = 1000, ExactPart = 16;

    private readonly int _limit;
    private readonly TimeSpan _period;
    private readonly SlidingWindow _here;
    private readonly SharedCounters? _shared;
    private readonly SharedTable? _table;

    // What was admitted here and Redis does not know yet.
    private readonly Tally? _untold;

    /// <param name="name">Of the counters in Redis.</param>
    public WindowLimit(
        string name, int limit, TimeSpan period, TimeProvider time, SharedCounters? shared, int capacity = SlidingWindow.DefaultCapacity)
    {
        (_limit, _period, _shared) = (limit, period, shared);
        _here = new(limit, period, shared?.Time ?? time, capacity);
        if (shared is null) return;
        _table = shared.Table(name, SharedTable.UsualBuckets);
        if (limit >= LotsPerLimit) _untold = new Tally(limit / LotsPerLimit, period, shared.Time, capacity);
    }

    /// <summary>Counts one event, or tells how long to wait; a refused event does not count.</summary>
    public ValueTask<TimeSpan?> TakeAsync(UInt128 key)
    {
        if (_shared is not { IsUp: true }) return new(_here.Take(key));
        var (used, wait) = _here.Peek(key);
        if (wait is not null) return new(wait);
        if (_untold is null) return AskAsync(key, untold: 0);
        if (used >= _limit - (_limit / ExactPart)) return AskAsync(key, _untold.Empty(key));
        var (events, asks) = _untold.Add(key);
        if (asks) return AskAsync(key, events);
        if (events > 0) _ = TellAsync(key, events);
        return new(_here.Take(key));
    }

    private async ValueTask<TimeSpan?> AskAsync(UInt128 key, int untold) =>
        await CallAsync(key, untold, takes: true) is { } answer
            ? _here.Learn(key, WindowScript.Read(answer))
            : _here.Take(key);

    private async Task TellAsync(UInt128 key, int untold)
    {
        if (await CallAsync(key, untold, takes: false) is { } answer) _here.Learn(key, WindowScript.Read(answer));
        _untold!.Arrived(key);
    }

    private ValueTask<long[]?> CallAsync(UInt128 key, int untold, bool takes) => _table!.AskAsync(
        WindowScript.Script, key, WindowScript.Arguments(SharedTable.IdOf(key), _limit, _period, untold, takes));
}
