using System.Net;
using AuthServer.Data.Starting;
using AuthServer.Data.Tls;
using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>
/// Registers the connection to Redis when one is configured; who uses it asks for an optional <see cref="RedisConnection"/>.
/// </summary>
public static class RedisSetup
{
    public static IServiceCollection AddRedis(this IServiceCollection services, RedisOptions options)
    {
        if (options.Url is null) return services;
        services.AddSingleton<RedisConnection>();
        // Connected before the first request, which would otherwise wait for it.
        return services.AddSingleton(new StartupStep("redis", (provider, _) =>
        {
            Begin(provider.GetRequiredService<RedisConnection>(), options, provider.GetRequiredService<ILogger<RedisOptions>>());
            return Task.CompletedTask;
        }));
    }

    private static void Begin(RedisConnection redis, RedisOptions options, ILogger<RedisOptions> log)
    {
        try
        {
            if (redis.Open().IsConnected) return;
        }
        catch (RedisException)
        {
            // Told below.
        }
        var addresses = string.Join(", ", Addresses(options.Connection!).Select(Text));
        if (options.Trust is { } trust && Certificate(options, trust).Look().Wrong is { } wrong)
        {
            log.LogError(
                "REDIS_URL: no connection by TLS to {Address}: {Reason}. The server goes on without it and tries again.", addresses, wrong);
        }
        else log.LogWarning("Redis does not answer at {Address}; the server goes on without it and tries again.", addresses);
    }

    /// <summary>For a look at the certificate of the Redis server.</summary>
    internal static PeerCertificate Certificate(RedisOptions options, TlsTrust trust)
    {
        var (host, port) = Addresses(options.Connection!)[0];
        return new(host, port, trust, static _ => true);
    }

    /// <summary>The path of a socket has the port 0.</summary>
    internal static IReadOnlyList<(string Host, int Port)> Addresses(ConfigurationOptions connection) =>
        [.. connection.EndPoints.Select(point => point switch
        {
            IPEndPoint address => (address.Address.ToString(), address.Port),
            DnsEndPoint name => (name.Host, name.Port),
            _ => (point.ToString()!, 0),
        })];

    internal static string Text((string Host, int Port) address) => address.Port == 0 ? address.Host : $"{address.Host}:{address.Port}";
}
