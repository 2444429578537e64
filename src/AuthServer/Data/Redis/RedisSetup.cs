using AuthServer.Data.Starting;
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
            if (!provider.GetRequiredService<IConnectionMultiplexer>().IsConnected)
            {
                provider.GetRequiredService<ILogger<RedisOptions>>().LogWarning(
                    "Redis does not answer at {Address}; the server goes on without it and tries again.", string.Join(
                        ", ", connection.EndPoints));
            }
            return Task.CompletedTask;
        }));
    }
}
