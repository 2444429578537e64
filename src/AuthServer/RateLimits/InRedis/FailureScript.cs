using StackExchange.Redis;

namespace AuthServer.RateLimits.InRedis;

/// <summary><see cref="FailureDelay"/> in Redis.</summary>
internal static class FailureScript
{
    public const string Look = "look", Fail = "fail", Forget = "forget", Take = "take", TakeBack = "back";

    private static readonly long First = SharedTime.MicrosecondsOf(FailureDelay.First),
        Longest = SharedTime.MicrosecondsOf(FailureDelay.Longest);

    /// <summary>One count of failures, for the scripts that have several.</summary>
    internal static readonly string Failures = $$"""
        -- The failures of a counter that are not yet forgotten, and when they are.
        local function failures(key, id, limit, memory)
          local f = { key = key, id = id, limit = limit, memory = memory, bucket = open(key) }
          local period, current
          f.at, period, current = find(f.bucket, id, now + 1)
          f.forgotten, f.count = period or 0, current or 0
          return f
        end

        local function waits(f)
          return f.count >= f.limit and f.forgotten - f.memory > now
        end

        -- It lasts for the longest wait and its memory.
        local function keep_failures(f)
          save(f.key, f.bucket, f.at, f.id, f.forgotten, f.count, 0, ({{Longest}} + f.memory) / 1000)
        end

        -- As FailureDelay.Delay.
        local function fail(f)
          f.count = f.count + 1
          local beyond = f.count - f.limit
          local delay = beyond < 0 and 0 or beyond >= 6 and {{Longest}} or math.min({{First}} * 2 ^ beyond, {{Longest}})
          f.forgotten = now + delay + f.memory
          keep_failures(f)
        end

        local function forget(f, some)
          if f.count == 0 then return end
          f.count = math.max(0, f.count - some)
          keep_failures(f)
        end


        """;

    /// <summary>Answers how many failures there are, when they are forgotten, whether the act was admitted, and the time.</summary>
    public static readonly CounterScript Script = new(Failures + """
        local f = failures(KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]))
        local refused = ARGV[4] == 'take' and waits(f)
        if ARGV[4] == 'fail' or (ARGV[4] == 'take' and not refused) then fail(f)
        elseif ARGV[4] == 'forget' then forget(f, f.count)
        elseif ARGV[4] == 'back' then forget(f, 1) end
        return {f.count, f.forgotten, refused and 0 or 1, now}
        """);

    public static RedisValue[] Arguments(byte[] id, int limit, TimeSpan memory, string act) =>
        [id, limit, SharedTime.MicrosecondsOf(memory), act];

    public static SharedCount Read(long[] answer) =>
        new(answer[2] == 1, SharedTime.TicksOf(answer[1]), (int)answer[0], Previous: 0, SharedTime.TicksOf(answer[3]));
}
