using System.Data.Common;
using AuthServer.Configuration;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace AuthServer.Data;

/// <summary>Registers the context on the configured database, and the start-up work.</summary>
public static class DatabaseSetup
{
    public static IServiceCollection AddDatabase(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton<DatabaseStartup>();
        services.AddSingleton<DirectSql>();
        if (options.Postgres is not { } postgres)
        {
            services.AddSingleton(provider => SqliteSetup.Source(provider.GetRequiredService<DataDirectory>()));
            return services.AddDbContextPool<AuthDbContext, SqliteAuthDbContext>((provider, builder) =>
            {
                SqliteSetup.Use(builder, provider.GetRequiredService<DataDirectory>());
                Common(builder);
            });
        }
        services.AddSingleton(_ => NpgsqlDataSource.Create(postgres));
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        services.AddHostedService(provider => new ReadyConnections(provider.GetRequiredService<NpgsqlDataSource>(), options, provider.GetRequiredService<ILogger<ReadyConnections>>()));
        return services.AddDbContextPool<AuthDbContext, PostgresAuthDbContext>((provider, builder) =>
            Common(builder.UseNpgsql(provider.GetRequiredService<NpgsqlDataSource>())));
    }

    private static void Common(DbContextOptionsBuilder builder) => builder
        .UseSnakeCaseNamingConvention()
        // Identity maps a user name; accounts here have none.
        .ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.MappedPropertyIgnoredWarning));
}
