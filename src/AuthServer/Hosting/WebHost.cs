using AuthServer.Accounts;
using AuthServer.Api;
using AuthServer.Audit;
using AuthServer.Backup;
using AuthServer.Backup.Drill;
using AuthServer.Clients;
using AuthServer.Data;
using AuthServer.Data.Connection;
using AuthServer.Data.Changes;
using AuthServer.Data.Encryption.Pages;
using AuthServer.Data.Redis;
using AuthServer.Email;
using AuthServer.Hosting.Browsers;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Failures;
using AuthServer.Hosting.Jobs;
using AuthServer.Hosting.Limits;
using AuthServer.Hosting.Listening;
using AuthServer.Hosting.Logs;
using AuthServer.Hosting.Management;
using AuthServer.Hosting.Probes;
using AuthServer.Hosting.Stopping;
using AuthServer.Keys;
using AuthServer.Outbound;
using AuthServer.Pages;
using AuthServer.Protocol;
using AuthServer.Protocol.ClientNotices;
using AuthServer.RateLimits;
using AuthServer.Seeding;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using AuthServer.Ui;
using AuthServer.Users;
using AuthServer.Users.Upstream;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace AuthServer.Hosting;

/// <summary>The composition root: one line per room. Also the type by which tests find this application.</summary>
public sealed class WebHost
{
    private WebHost()
    {
    }

    public static WebApplication Build(string[] args, HostPurpose purpose)
    {
        return Build(CreateBuilder(args, purpose, out var settings), settings, purpose);
    }

    /// <summary>The same server for one drill.</summary>
    /// <param name="values">All that it is configured with.</param>
    /// <param name="address">Where it listens.</param>
    /// <param name="keys">Of its embedded database, in place of those that its secrets would make.</param>
    public static WebApplication BuildForDrill(IEnumerable<KeyValuePair<string, string?>> values, string address, FileKeys keys)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production, ContentRootPath = AppContext.BaseDirectory });
        // The environment and appsettings.json are those of the server that runs the drill.
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([.. values, new("urls", address)]);
        AddCore(builder, [], HostPurpose.Drill, out var settings);
        builder.Services.AddSingleton(keys);
        return Build(builder, settings, HostPurpose.Drill);
    }

    private static WebApplication Build(WebApplicationBuilder builder, StartSettings settings, HostPurpose purpose)
    {
        builder.AddKestrel(settings);
        var services = builder.Services;
        services.AddStopping();
        if (purpose == HostPurpose.Serve) services.AddSignals();
        services.AddReverseProxy(settings.Server);
        services.AddRequestLimits();
        services.AddCors().AddSingleton<ICorsPolicyProvider, Cors>();
        services.AddProblemDetails().AddExceptionHandler<Errors>();
        services.AddSingleton<DatabaseProbe>();
        services.AddManagement(settings);
        services.AddFormProtection();
        services.AddSingleton(settings.Brand.ToBranding(settings.PasskeyProviders.Icons)).AddThemeCookie()
            .AddAuthServerUi(settings.Issuer.BasePath);
        services.AddSingleton(settings.PasskeyProviders.ToProviders());
        services.AddSingleton(provider => provider.GetRequiredService<LanguageOptions>().ToLanguages()).AddSingleton<PageLanguage>();
        services.AddSingleton<RequestHints>();
        services.AddAuthorization();
        services.AddRedis(settings.Redis);
        services.AddRedisNotices(settings.Database, settings.Redis);
        services.AddSingleton<PoolRenewal>();
        services.AddTelemetry(purpose == HostPurpose.Drill ? new() : settings.Telemetry);
        services.AddOutbound();
        services.AddAudit();
        services.AddKeys();
        services.AddSessions();
        services.AddClients();
        services.AddProtocol();
        services.AddRateLimits(settings.Redis);
        services.AddEmail();
        services.AddUsers();
        services.AddUpstream(purpose == HostPurpose.Drill ? new() : settings.Upstream, settings.Issuer);
        services.AddApi();
        services.AddSeeding(builder.Environment);
        services.AddAccounts();
        services.AddBackupSchedule().AddSingleton<DrillServer>();
        services.AddSingleton(provider => new SignInProbe(provider.GetRequiredService<DrillServer>().RunAsync));
        // A drill is over before the first job is due.
        if (purpose != HostPurpose.Drill)
        {
            services.AddScheduling(settings.Backups, settings.Database).AddMailDelivery().AddNoticeDelivery();
        }

        // Last, because AddAntiforgery and AddAuthentication register the default key store again, and the last registration wins.
        services.AddSealedDataProtection();

        var app = builder.Build();
        app.UseSharedManagement(settings);
        app.UsePipeline();
        return app;
    }

    /// <summary>The database and its start-up alone, for a command that needs no other room.</summary>
    public static WebApplication BuildDatabaseOnly(string[] args, HostPurpose purpose) => CreateBuilder(args, purpose, out _).Build();

    /// <summary>What `doctor` looks at, whatever the configuration is like. It writes nothing, and logs nothing.</summary>
    public static WebApplication BuildForDoctor(string[] args, Action<IServiceCollection> addChecks)
    {
        var builder = CreateEmptyBuilder(args);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System);
        if (builder.AddExaminedSettings(args) is { } database) builder.Services.AddDatabaseForLook(database);
        addChecks(builder.Services);
        return builder.Build();
    }

    private static WebApplicationBuilder CreateEmptyBuilder(string[] args) =>
        // Settings are read once: nothing watches their files.
        WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"], ContentRootPath = ContentRoot(args),
            });

    private static WebApplicationBuilder CreateBuilder(string[] args, HostPurpose purpose, out StartSettings settings)
    {
        var builder = CreateEmptyBuilder(args);
        AddCore(builder, args, purpose, out settings);
        return builder;
    }

    private static void AddCore(WebApplicationBuilder builder, string[] args, HostPurpose purpose, out StartSettings settings)
    {
        settings = builder.AddSettings(args, purpose);
        if (ProcessMemory.IsProtected(settings.Server, builder.Environment)) ProcessMemory.Protect();
        builder.AddLogging(settings.Logs.FormatIn(builder.Configuration), toStandardError: purpose == HostPurpose.Command);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase(settings.Database);
        if (purpose != HostPurpose.Migrate) builder.Services.AddBackup();
    }

    /// <summary>
    /// The folder of the sources under `dotnet run`, otherwise that of the executable: appsettings.json is found wherever it is started
    /// from.
    /// </summary>
    private static string? ContentRoot(string[] args)
    {
        if (args.Any(a => a.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase))) return null;
        var current = Directory.GetCurrentDirectory();
        return File.Exists(Path.Combine(current, "AuthServer.csproj")) ? current : AppContext.BaseDirectory;
    }
}
