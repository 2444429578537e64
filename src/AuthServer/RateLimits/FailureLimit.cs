using AuthServer.RateLimits.InRedis;

namespace AuthServer.RateLimits;

/// <summary>Failures that are counted here and, where there is a Redis, by all servers together.</summary>
internal sealed class FailureLimit(string name, int limit, TimeProvider time, SharedCounters? shared)
{
    private readonly FailureDelay _here = new(limit, shared?.Time ?? time);
    private readonly SharedTable? _table = shared?.Table(name, SharedTable.UsualBuckets);

    /// <inheritdoc cref="FailureDelay.Wait(UInt128)"/>
    public ValueTask<TimeSpan?> WaitAsync(UInt128 key) =>
        _here.Wait(key) is { } wait ? new(wait)
        : shared is { IsUp: true } ? LookAsync(key)
        : default;

    public async ValueTask FailedAsync(UInt128 key)
    {
        if (await CallAsync(key, FailureScript.Fail) is { } count) _here.Learn(key, count);
        else _here.Failed(key);
    }

    /// <inheritdoc cref="FailureDelay.Take"/>
    public async ValueTask<TimeSpan?> TakeAsync(UInt128 key)
    {
        if (_here.Wait(key) is { } known) return known;
        if (await CallAsync(key, FailureScript.Take) is not { } count) return _here.Take(key);
        // As counted by now, the next one may have to wait, and this one need not.
        var wait = _here.Learn(key, count);
        return count.Admitted ? null : wait ?? TimeSpan.FromSeconds(1);
    }

    /// <summary>Takes the one failure back that <see cref="TakeAsync"/> has counted and that was none.</summary>
    public async ValueTask TakeBackAsync(UInt128 key)
    {
        if (await CallAsync(key, FailureScript.TakeBack) is { } count) _here.Learn(key, count);
        else _here.Forget(key, 1);
    }

    /// <summary>Takes all failures back.</summary>
    public ValueTask ForgetAsync(UInt128 key)
    {
        // What Redis knows is known here, too: it has just been asked whether the key must wait.
        if (_here.Failures(key) == 0) return default;
        _here.Forget(key);
        return new(CallAsync(key, FailureScript.Forget).AsTask());
    }

    private async ValueTask<TimeSpan?> LookAsync(UInt128 key) =>
        await CallAsync(key, FailureScript.Look) is { } count ? _here.Learn(key, count) : null;

    private async ValueTask<SharedCount?> CallAsync(UInt128 key, string act)
    {
        if (_table is null) return null;
        var arguments = FailureScript.Arguments(SharedTable.IdOf(key), limit, FailureDelay.UsualMemory, act);
        return await _table.AskAsync(FailureScript.Script, key, arguments) is { } answer ? FailureScript.Read(answer) : null;
    }
}
