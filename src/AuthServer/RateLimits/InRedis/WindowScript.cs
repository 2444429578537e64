using StackExchange.Redis;

namespace AuthServer.RateLimits.InRedis;

/// <summary><see cref="SlidingWindow"/> in Redis.</summary>
internal static class WindowScript
{
    /// <summary>One window, for the scripts that have several.</summary>
    internal const string Window = """
        -- The window of a counter, turned to the present period.
        local function window(key, id, length)
          local w = { key = key, id = id, length = length, index = math.floor(now / length), bucket = open(key) }
          local period
          w.at, period, w.current, w.previous = find(w.bucket, id, w.index - 1)
          if period ~= w.index then
            w.previous = period == w.index - 1 and w.current or 0
            w.current = 0
          end
          return w
        end

        local function take(w, limit)
          local passed = (now % w.length) / w.length
          if w.current + w.previous * (1 - passed) + 1 > limit then return 0 end
          w.current = w.current + 1
          return 1
        end

        -- It counts in its own period and in the next.
        local function keep(w)
          save(w.key, w.bucket, w.at, w.id, w.index, w.current, w.previous, 2 * w.length / 1000)
        end


        """;

    /// <summary>
    /// Adds events that were admitted already, and takes one more when that is asked for. Answers whether it was taken, both counts, and
    /// the time.
    /// </summary>
    public static readonly CounterScript Script = new(Window + """
        local untold, taken = tonumber(ARGV[4]), tonumber(ARGV[5])
        local w = window(KEYS[1], ARGV[1], tonumber(ARGV[3]))
        w.current = w.current + untold
        if taken == 1 then taken = take(w, tonumber(ARGV[2])) end
        if taken + untold > 0 then keep(w) end
        return {taken, w.current, w.previous, now}
        """);

    public static RedisValue[] Arguments(byte[] id, int limit, TimeSpan period, int untold, bool takes) =>
        [id, limit, SharedTime.MicrosecondsOf(period), untold, takes ? 1 : 0];

    public static SharedCount Read(long[] answer) =>
        new(answer[0] == 1, Period: 0, (int)answer[1], (int)answer[2], SharedTime.TicksOf(answer[3]));
}
