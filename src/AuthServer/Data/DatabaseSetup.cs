using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Changes;
using AuthServer.Data.Checks;
using AuthServer.Data.Clock;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Encryption.Pages;
using AuthServer.Data.Sql;
using AuthServer.Data.Starting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace AuthServer.Data;

/// <summary>Registers the context on the configured database, and the start-up work.</summary>
public static class DatabaseSetup
{
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(4);

    public static IServiceCollection AddDatabase(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton<DatabaseStartup>();
        services.AddSingleton<SqlRunner>().AddSingleton<UsedOnce>();
        services.AddSingleton<ProbeConnection>();
        services.AddChangeNotices(options);
        if (options.Postgres is not { } postgres)
        {
            services.AddSingleton(provider => new EmbeddedFile(
                provider.GetRequiredService<DataDirectory>(), options.EncryptFile ? provider.GetRequiredService<FileKeys>() : null));
            services.AddSingleton(provider => SqliteSetup.Source(provider.GetRequiredService<EmbeddedFile>()));
            return services.AddDbContextPool<AuthDbContext, SqliteAuthDbContext>((provider, builder) =>
            {
                SqliteSetup.Use(builder, provider.GetRequiredService<EmbeddedFile>());
                Common(builder);
            });
        }
        services.AddSingleton(_ => Source(postgres));
        services.AddSingleton<DbDataSource>(provider => provider.GetRequiredService<NpgsqlDataSource>());
        AddClock(services);
        services.AddHostedService(
            provider =>
                new ReadyConnections(
                    provider.GetRequiredService<NpgsqlDataSource>(), options, provider.GetRequiredService<ILogger<ReadyConnections>>()));
        return services.AddDbContextPool<AuthDbContext, PostgresAuthDbContext>((provider, builder) =>
            Common(builder.UseNpgsql(
                provider.GetRequiredService<NpgsqlDataSource>(),
                npgsql => npgsql.ExecutionStrategy(static dependencies => new FreshPlanStrategy(dependencies)))
                .AddInterceptors(provider.GetServices<IInterceptor>())));
    }

    /// <summary>The database for a look that changes nothing and does not wait for long.</summary>
    public static IServiceCollection AddDatabaseForLook(this IServiceCollection services, DatabaseOptions options)
    {
        services.AddSingleton<SqlRunner>();
        services.AddSingleton<DatabaseReach>();
        if (options.Postgres is { } postgres)
        {
            var look = new NpgsqlConnectionStringBuilder(postgres.ConnectionString)
            {
                Timeout = (int)LookPatience.TotalSeconds, CommandTimeout = (int)LookPatience.TotalSeconds, MinPoolSize = 0, MaxPoolSize = 2,
            };
            return services.AddSingleton<DbDataSource>(_ => Source(look));
        }
        services.AddSingleton(provider => new EmbeddedFile(
            provider.GetRequiredService<DataDirectory>(), options.EncryptFile ? provider.GetRequiredService<FileKeys>() : null));
        return services.AddSingleton(provider => SqliteSetup.ReadOnlySource(provider.GetRequiredService<EmbeddedFile>()));
    }

    // Before the first request: it judges what other replicas have written.
    private static void AddClock(IServiceCollection services)
    {
        services.AddSingleton(new DatabaseTime(TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<DatabaseTime>());
        services.AddSingleton<ClockComparison>();
        services.AddHostedService(provider => provider.GetRequiredService<ClockComparison>());
        services.AddSingleton(new StartupStep(
            "clock", (provider, cancellation) => provider.GetRequiredService<ClockComparison>().CompareAsync(cancellation)));
    }

    /// <param name="name">
    /// Stands in figures and traces, where the driver would write the whole address. Two pools of one name would be one figure.
    /// </param>
    internal static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder postgres, string name = "authplatform")
    {
        var builder = new NpgsqlDataSourceBuilder(postgres.ConnectionString) { Name = name };
        // The types of our columns are the database's own, which the driver knows: no start need ask for them.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        // Of several hosts, whichever takes writes: a standby is never used.
        return PostgresUrl.HasSeveralHosts(postgres)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.ReadWrite) : builder.Build();
    }

    private static void Common(DbContextOptionsBuilder builder) => builder
        .UseSnakeCaseNamingConvention()
        .ConfigureWarnings(warnings => warnings.Ignore(
            // Identity maps a user name; accounts here have none.
            CoreEventId.MappedPropertyIgnoredWarning,
            // A test compares the model with the migrations. Asked at a first start, it would build the whole model once more.
            RelationalEventId.PendingModelChangesWarning));
}
