using AuthServer.Telemetry;
using StackExchange.Redis;

namespace AuthServer.RateLimits.InRedis;

/// <summary>
/// The counters that all servers of one issuer keep together in Redis. It is never needed: without it each server counts alone.
/// </summary>
/// <remarks>
/// The first call that fails, or takes longer than REDIS_TIMEOUT_MILLISECONDS, ends the use of Redis for all requests at once, so that no
/// other one waits for it; from then on only a probe in the background asks, and the first answer in time begins the use again.
/// </remarks>
public sealed partial class SharedCounters : IDisposable
{
    /// <summary>A timer that fires so late shows that this process lacks time, and says nothing of Redis.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(10);

    private const int MostTurns = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A Redis that fails again so soon after it came back is asked less and less often.</summary>
    private static readonly TimeSpan Proven = TimeSpan.FromSeconds(30);

    private const int Away = 0, Up = 1;

    private readonly string _prefix;
    private readonly TimeSpan _patience;
    private readonly AuthMeter _meter;
    private readonly ILogger<SharedCounters> _logger;
    private readonly SharedTable _probe;
    private readonly CancellationTokenSource _stopping = new();
    private Func<IConnectionMultiplexer>? _open;
    private IDatabase? _redis;
    private int _state = Away;
    private long _backAt;
    private TimeSpan _pause = FirstPause;

    /// <param name="prefix">Of every key in Redis.</param>
    /// <param name="patience">How long a request waits.</param>
    internal SharedCounters(string prefix, TimeSpan patience, TimeProvider time, AuthMeter meter, ILogger<SharedCounters> logger)
    {
        (_prefix, _patience, _meter, _logger) = (prefix, patience, meter, logger);
        Time = new SharedTime(time);
        _probe = Table("probe", 1);
        meter.ObserveRedis(() => _state);
    }

    /// <summary>Whether counters are shared now. False: Redis is away, slow or full, and this server counts alone.</summary>
    public bool IsUp => Volatile.Read(ref _state) == Up;

    /// <summary>The clock of the counters in this process.</summary>
    internal SharedTime Time { get; }

    internal SharedTable Table(string name, int buckets) => new(this, $"{_prefix}{name}:", buckets);

    /// <summary>Begins to use Redis, now or when it answers.</summary>
    /// <param name="open">Gives the connection, or fails.</param>
    /// <param name="isConnected">False: the start has waited for Redis, and said that it does not answer.</param>
    internal async Task OpenAsync(Func<IConnectionMultiplexer> open, bool isConnected)
    {
        _open = open;
        if (isConnected)
        {
            // Twice, because nothing is as slow as the first calls of a process.
            if (await FaultAsync() is not { } fault || (fault is TimeoutException && await FaultAsync() is null))
            {
                Volatile.Write(ref _state, Up);
                return;
            }
            _meter.RedisLost();
            LogAway(_logger, Reason(fault));
        }
        _ = RecoverAsync();
    }

    /// <returns>What the script answers, the time last; null when Redis is of no use now.</returns>
    internal async ValueTask<long[]?> AskAsync(CounterScript script, RedisKey[] keys, RedisValue[] arguments)
    {
        if (!IsUp) return null;
        try
        {
            var answer = await EvaluateAsync(script, keys, arguments, _patience);
            Time.Learn(SharedTime.TicksOf(answer[^1]));
            return answer;
        }
        catch (Exception fault) when (IsOfRedis(fault))
        {
            GiveUp(fault);
            return null;
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task<long[]> EvaluateAsync(CounterScript script, RedisKey[] keys, RedisValue[] arguments, TimeSpan patience)
    {
        try
        {
            return await WithinAsync(_redis!.ScriptEvaluateAsync(script.Hash, keys, arguments), patience);
        }
        catch (RedisServerException fault) when (fault.Kind == RedisErrorKind.NoScript)
        {
            // A Redis that was restarted or emptied, or another node of a cluster: the text makes it known there.
            return await WithinAsync(_redis!.ScriptEvaluateAsync(script.Text, keys, arguments), patience);
        }
    }

    private static async Task<long[]> WithinAsync(Task<RedisResult> answer, TimeSpan patience)
    {
        for (var turn = 1; ; turn++)
        {
            var began = TimeProvider.System.GetTimestamp();
            try
            {
                // Every script answers with three numbers or more, the time last.
                return (long[]?)await answer.WaitAsync(patience) is { Length: >= 3 } numbers
                    ? numbers
                    : throw new RedisException("its answer is none of our scripts");
            }
            catch (TimeoutException) when (turn < MostTurns && TimeProvider.System.GetElapsedTime(began) > patience + Late)
            {
                // The answer may be here, and nobody had the time to read it.
            }
        }
    }

    private void GiveUp(Exception fault)
    {
        if (Interlocked.Exchange(ref _state, Away) == Away || _stopping.IsCancellationRequested) return;
        _meter.RedisLost();
        LogAway(_logger, Reason(fault));
        _pause = TimeProvider.System.GetElapsedTime(_backAt) > Proven ? FirstPause : Min(_pause * 2, LongestPause);
        _ = RecoverAsync();
    }

    private async Task RecoverAsync()
    {
        try
        {
            do await Task.Delay(_pause, _stopping.Token);
            while (await FaultAsync() is not null);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return;
        }
        _backAt = TimeProvider.System.GetTimestamp();
        Volatile.Write(ref _state, Up);
        LogBack(_logger);
    }

    /// <summary>Whether Redis counts, and in time: the first call may have to load code or connect, the second shows the time.</summary>
    private async Task<Exception?> FaultAsync()
    {
        try
        {
            _redis ??= _open!().GetDatabase();
            foreach (var patience in new[] { TimeSpan.FromSeconds(2), _patience })
            {
                var arguments = BudgetScript.Arguments(SharedTable.IdOf(0), int.MaxValue, TimeSpan.FromMinutes(1));
                await EvaluateAsync(BudgetScript.Script, [_probe.BucketOf(0)], arguments, patience);
            }
            return null;
        }
        catch (Exception fault) when (!_stopping.IsCancellationRequested)
        {
            // Whatever it is, Redis is of no use now, and the next probe must come.
            return fault;
        }
    }

    // StackExchange.Redis cancels what it could not send, and cannot cast an answer of another form.
    private static bool IsOfRedis(Exception fault) => fault is RedisException or TimeoutException or ObjectDisposedException
        or OperationCanceledException or InvalidCastException;

    private static string Reason(Exception fault) => fault is TimeoutException ? "it does not answer in time" : fault.Message;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is not used now: {Reason}. Each server counts its limits alone until it is.")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is used again: the servers count their limits together.")]
    private static partial void LogBack(ILogger logger);
}
