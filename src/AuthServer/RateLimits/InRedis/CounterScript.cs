using System.Security.Cryptography;
using System.Text;

namespace AuthServer.RateLimits.InRedis;

/// <summary>A Lua script that Redis runs as one step: it reads counters, judges, and counts, by the clock of Redis.</summary>
/// <remarks>
/// Counters stand in buckets, as in <see cref="CounterTable"/>: a Redis key holds up to sixteen counters of 24 bytes. The number of buckets
/// is fixed, so callers with ever new addresses do not fill the memory of Redis; a counter with few events makes room. A bucket expires
/// when none of its counters can count any more.
/// </remarks>
internal sealed class CounterScript(string body)
{
    /// <summary>The clock, in microseconds since 1970: of Redis, because the clocks of replicas differ.</summary>
    internal const string Clock = "redis.call('TIME')";

    private const string Buckets = """
        local clock =
        """ + " " + Clock + "\n" + """
        local now = clock[1] * 1000000 + clock[2]

        -- What is not a bucket, whoever wrote it, is overwritten.
        local function open(key)
          local bucket = redis.pcall('GET', key)
          if type(bucket) ~= 'string' or #bucket % 24 ~= 0 then return '' end
          return bucket
        end

        -- The place of a counter, and what it holds; nothing after the place means a fresh one.
        local function find(bucket, id, oldest)
          for at = 1, #bucket, 24 do
            if string.sub(bucket, at, at + 7) == id then
              local period, current, previous = struct.unpack('>dI4I4', bucket, at + 8)
              if period >= oldest and current + previous > 0 then return at, period, current, previous end
              return at
            end
          end
          if #bucket < 384 then return #bucket + 1 end
          local fewest, least, eldest
          for at = 1, #bucket, 24 do
            local period, current, previous = struct.unpack('>dI4I4', bucket, at + 8)
            if period < oldest or current + previous == 0 then return at end
            if not fewest or current < least or (current == least and period < eldest) then
              fewest, least, eldest = at, current, period
            end
          end
          return fewest
        end

        local function save(key, bucket, at, id, period, current, previous, life)
          redis.call('SET', key,
            string.sub(bucket, 1, at - 1) .. id .. struct.pack('>dI4I4', period, current, previous) .. string.sub(bucket, at + 24),
            'PX', life)
        end


        """;

    public string Text { get; } = Buckets + body;

    /// <summary>By which EVALSHA calls it.</summary>
    public byte[] Hash => field ??= Digest(Text);

#pragma warning disable CA5350 // Redis names scripts by SHA-1.
    private static byte[] Digest(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350
}
