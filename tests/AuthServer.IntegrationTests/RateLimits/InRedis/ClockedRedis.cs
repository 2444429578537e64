using System.Reflection;
using AuthServer.RateLimits.InRedis;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>A connection to a real Redis in which the scripts of the server run by the clock of a test.</summary>
/// <remarks>Redis has no clock that can be set: the line of the script that asks for it is exchanged on the way.</remarks>
public class ClockedRedis : DispatchProxy
{
    private object _target = null!;
    private FakeTimeProvider _time = null!;

    public static IConnectionMultiplexer Of(IConnectionMultiplexer redis, FakeTimeProvider time) =>
        Make<IConnectionMultiplexer>(redis, time);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        ArgumentNullException.ThrowIfNull(args);
        if (targetMethod.Name == nameof(IDatabase.ScriptEvaluateAsync))
        {
            if (args[0] is byte[])
            {
                return Task.FromException<RedisResult>(
                    new RedisServerException(RedisErrorKind.NoScript, CommandFlags.None, "The text is to be sent."));
            }
            var microseconds = (_time.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
            var clock = $"{{ '{microseconds / 1_000_000}', '{microseconds % 1_000_000}' }}";
            // Not among the scripts that Redis keeps: each text is of one moment.
            return ((IDatabase)_target).ExecuteAsync(
                "EVAL", [((string)args[0]!).Replace(CounterScript.Clock, clock, StringComparison.Ordinal), ((RedisKey[])args[1]!).Length,
                    .. ((RedisKey[])args[1]!).Cast<object>(), .. ((RedisValue[])args[2]!).Cast<object>()]);
        }
        var result = targetMethod.Invoke(_target, args);
        return result is IDatabase database ? Make<IDatabase>(database, _time) : result;
    }

    private static T Make<T>(T target, FakeTimeProvider time) where T : class
    {
        var proxy = Create<T, ClockedRedis>();
        ((ClockedRedis)(object)proxy)._target = target;
        ((ClockedRedis)(object)proxy)._time = time;
        return proxy;
    }
}
