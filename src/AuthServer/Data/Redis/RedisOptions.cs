using AuthServer.Configuration;
using AuthServer.Data.Tls;
using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>The store that replicas share for counters; without it every process counts alone.</summary>
public sealed class RedisOptions : ICheckedSettings
{
    /// <summary>
    /// The Redis server as redis://user:password@host:port/database, or rediss:// for TLS; unix:///path?db=0 for a socket; several hosts by
    /// commas for a cluster; redis+sentinel://host:26379,host:26379/SERVICE/database (or rediss+sentinel) for sentinels. With TLS the
    /// certificate is always checked, as with sslmode=verify-full; ?sslmode=verify-ca leaves the host name out, and sslrootcert, sslcert,
    /// sslkey and sslpassword mean what they mean in DATABASE_URL. Absent: counters live in this process alone.
    /// </summary>
    [Setting("REDIS_URL", Secret = true, Cure = "redis://host:6379/0")]
    public string? Url { get; set; }

    /// <summary>The password of the Redis server, when it does not stand in REDIS_URL.</summary>
    [Setting("REDIS_PASSWORD", Secret = true)]
    public string? Password { get; set; }

    /// <summary>The password of the sentinels of REDIS_URL, when they have one.</summary>
    [Setting("REDIS_SENTINEL_PASSWORD", Secret = true)]
    public string? SentinelPassword { get; set; }

    /// <summary>
    /// How many milliseconds a request waits for Redis before this server judges by its own counters. A Redis in another region may need
    /// more; a request that waits in vain takes that much longer, once.
    /// </summary>
    [Setting("REDIS_TIMEOUT_MILLISECONDS", Minimum = 1, Maximum = 60_000)]
    public int TimeoutMilliseconds { get; set; } = 40;

    /// <summary>
    /// Null when no Redis is configured. Not public: the reader of settings would look at it and load StackExchange.Redis.
    /// </summary>
    internal ConfigurationOptions? Connection { get; private set; }

    /// <summary>Null: no TLS.</summary>
    internal TlsTrust? Trust { get; private set; }

    public void Check(SettingProblems problems)
    {
        if (Url is null)
        {
            foreach (var (key, set) in new[] { ("REDIS_PASSWORD", Password), ("REDIS_SENTINEL_PASSWORD", SentinelPassword) })
            {
                if (set is not null) problems.Add(key, "is set without REDIS_URL", "set REDIS_URL too, or remove it");
            }

            return;
        }
        if (RedisUrl.Parse(Url, out var fault) is not var (connection, trust))
        {
            problems.Add("REDIS_URL", fault!, "set it to " + RedisUrl.Forms);
            return;
        }
        (Connection, Trust) = (connection, trust);
        if (SentinelPassword is not null && Connection.ServiceName is null)
            problems.Add("REDIS_SENTINEL_PASSWORD", "is set, and REDIS_URL names no sentinels", "remove it");
        if (Connection.Password is null) Connection.Password = Password;
        else if (Password is not null && Password != Connection.Password)
            problems.Add("REDIS_PASSWORD", "differs from the password in REDIS_URL", "keep one of the two");
    }
}
