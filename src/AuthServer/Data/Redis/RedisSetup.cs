using System.Net;
using AuthServer.Data.Starting;
using AuthServer.Data.Tls;
using StackExchange.Redis;

namespace AuthServer.Data.Redis;

/// <summary>
/// Registers the connection to Redis when one is configured; who uses it asks for an optional <see cref="IConnectionMultiplexer"/>.
/// </summary>
public static class RedisSetup
{
    public static IServiceCollection AddRedis(this IServiceCollection services, RedisOptions options)
    {
        if (options.Connection is not { } connection) return services;
        services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(connection));
        // Connected before the first request, which would otherwise wait for it.
        return services.AddSingleton(new StartupStep("redis", (provider, _) =>
        {
            if (provider.GetRequiredService<IConnectionMultiplexer>().IsConnected) return Task.CompletedTask;
            var log = provider.GetRequiredService<ILogger<RedisOptions>>();
            var (host, port) = Address(connection);
            var address = $"{host}:{port}";
            if (options.Trust is { } trust && Certificate(options, trust).Look().Wrong is { } wrong)
            {
                log.LogError(
                    "REDIS_URL: no connection by TLS to {Address}: {Reason}. The server goes on without it and tries again.",
                    address, wrong);
            }
            else log.LogWarning("Redis does not answer at {Address}; the server goes on without it and tries again.", address);
            return Task.CompletedTask;
        }));
    }

    /// <summary>For a look at the certificate of the Redis server.</summary>
    internal static PeerCertificate Certificate(RedisOptions options, TlsTrust trust)
    {
        var (host, port) = Address(options.Connection!);
        return new(host, port, trust, static _ => true);
    }

    internal static (string Host, int Port) Address(ConfigurationOptions connection) => connection.EndPoints[0] switch
    {
        IPEndPoint address => (address.Address.ToString(), address.Port),
        DnsEndPoint name => (name.Host, name.Port),
        var other => throw new NotSupportedException(other.ToString()),
    };
}
