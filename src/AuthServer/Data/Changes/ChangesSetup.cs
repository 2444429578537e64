using AuthServer.Data.Connection;
using AuthServer.Data.Redis;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Data.Changes;

public static class ChangesSetup
{
    /// <summary>Registers how this process learns what others have written, as far as the database can tell.</summary>
    public static IServiceCollection AddChangeNotices(this IServiceCollection services, DatabaseOptions database)
    {
        services.AddSingleton<RowChanges>();
        if (database.IsEmbedded) services.AddHostedService<EmbeddedChanges>();
        else if (database.ListensAt is not null) services.AddHostedService<PostgresNotices>();
        return services;
    }

    /// <summary>Registers the notices by Redis; the embedded database has one server.</summary>
    public static IServiceCollection AddRedisNotices(this IServiceCollection services, DatabaseOptions database, RedisOptions redis) =>
        database.IsEmbedded || redis.Url is null ? services : AddRedisNotices(services);

    // A method of its own, because it loads EF Core and StackExchange.Redis.
    private static IServiceCollection AddRedisNotices(IServiceCollection services)
    {
        services.AddSingleton<RedisNotices>();
        services.AddHostedService(provider => provider.GetRequiredService<RedisNotices>());
        return services.AddSingleton<IInterceptor, ToldWrites>();
    }
}
