using StackExchange.Redis;

namespace AuthServer.Data;

/// <summary>Registers the connection to Redis when one is configured; who uses it asks for an optional <see cref="IConnectionMultiplexer"/>.</summary>
public static class RedisSetup
{
    public static IServiceCollection AddRedis(this IServiceCollection services, RedisOptions options)
    {
        if (options.Connection is { } connection)
            services.AddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(connection));
        return services;
    }
}
