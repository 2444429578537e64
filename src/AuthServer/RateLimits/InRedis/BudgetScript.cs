using StackExchange.Redis;

namespace AuthServer.RateLimits.InRedis;

/// <summary><see cref="FixedWindow"/> in Redis.</summary>
internal static class BudgetScript
{
    /// <summary>Answers whether the event was counted, when the period began, how many it has, and the time.</summary>
    public static readonly CounterScript Script = new("""
        local id, limit, length = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
        local bucket = open(KEYS[1])
        local at, begin, count = find(bucket, id, now - length + 1)
        -- A clock that was put back must not keep a caller out for longer than a period.
        if not begin or begin > now then begin = now end
        count = count or 0
        local admitted = 0
        if count < limit then
          admitted, count = 1, count + 1
          save(KEYS[1], bucket, at, id, begin, count, 0, length / 1000)
        end
        return {admitted, begin, count, now}
        """);

    public static RedisValue[] Arguments(byte[] id, int limit, TimeSpan period) =>
        [id, limit, SharedTime.MicrosecondsOf(period)];

    public static SharedCount Read(long[] answer) =>
        new(answer[0] == 1, SharedTime.TicksOf(answer[1]), (int)answer[2], Previous: 0, SharedTime.TicksOf(answer[3]));
}
