using System.Buffers.Binary;
using System.Globalization;
using StackExchange.Redis;

namespace AuthServer.RateLimits.InRedis;

/// <summary>The counters of one limit in Redis: a fixed number of buckets with up to sixteen counters each.</summary>
/// <param name="prefix">Of the Redis keys of this limit.</param>
/// <param name="buckets">A power of two. Those that hold nothing take no memory.</param>
internal sealed class SharedTable(SharedCounters counters, string prefix, int buckets)
{
    /// <summary>For a million counters: more can be active at once only in an attack. At most 25 MB for each limit.</summary>
    public const int UsualBuckets = 1 << 16;

    /// <summary>How Redis knows a counter: by the keyed hash alone, because the lower half of a key may be an address in clear.</summary>
    public static byte[] IdOf(UInt128 key)
    {
        var id = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(id, (ulong)(key >> 64));
        return id;
    }

    public RedisKey BucketOf(UInt128 key) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}{(ulong)(key >> 64) & (ulong)(buckets - 1)}");

    /// <returns>Null when this process has to judge by itself.</returns>
    public ValueTask<long[]?> AskAsync(CounterScript script, UInt128 key, RedisValue[] arguments) =>
        counters.IsUp ? counters.AskAsync(script, [BucketOf(key)], arguments) : new((long[]?)null);
}
