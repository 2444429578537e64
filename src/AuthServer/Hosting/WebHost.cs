using AuthServer.Accounts;
using AuthServer.Api;
using AuthServer.Audit;
using AuthServer.Backup;
using AuthServer.Clients;
using AuthServer.Data;
using AuthServer.Data.Redis;
using AuthServer.Hosting.Browsers;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Failures;
using AuthServer.Hosting.Limits;
using AuthServer.Hosting.Listening;
using AuthServer.Hosting.Logs;
using AuthServer.Hosting.Probes;
using AuthServer.Keys;
using AuthServer.Protocol;
using AuthServer.RateLimits;
using AuthServer.Seeding;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using AuthServer.Ui;
using AuthServer.Users;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace AuthServer.Hosting;

/// <summary>The composition root: one line per room. Also the type by which tests find this application.</summary>
public sealed class WebHost
{
    // Requests that are being answered get this long; an orchestrator kills after 30 s by default.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private WebHost()
    {
    }

    public static WebApplication Build(string[] args, HostPurpose purpose)
    {
        var builder = CreateBuilder(args, purpose, out var settings);
        builder.AddKestrel(settings);

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Grace);
        services.AddReverseProxy(settings.Server);
        services.AddRequestLimits();
        services.AddCors().AddSingleton<ICorsPolicyProvider, Cors>();
        services.AddProblemDetails().AddExceptionHandler<Errors>();
        services.AddSingleton<DatabaseProbe>();
        services.AddFormProtection();
        services.AddSingleton(settings.Brand.ToBranding()).AddAuthServerUi();
        services.AddAuthorization();
        services.AddRedis(settings.Redis);
        services.AddTelemetry();
        services.AddAudit();
        services.AddKeys();
        services.AddSessions();
        services.AddClients();
        services.AddProtocol();
        services.AddRateLimits();
        services.AddUsers();
        services.AddApi();
        services.AddSeeding(builder.Environment);
        services.AddAccounts();
        services.AddScheduling();
        // Last, because AddAntiforgery and AddAuthentication register the default key store again, and the last registration wins.
        services.AddSealedDataProtection();

        var app = builder.Build();
        app.UsePipeline();
        return app;
    }

    /// <summary>The database and its start-up alone, for a command that needs no other room.</summary>
    public static WebApplication BuildDatabaseOnly(string[] args, HostPurpose purpose) => CreateBuilder(args, purpose, out _).Build();

    private static WebApplicationBuilder CreateBuilder(string[] args, HostPurpose purpose, out StartSettings settings)
    {
        // Settings are read once: nothing watches their files.
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"],
                ContentRootPath = ContentRoot(args) });
        settings = builder.AddSettings(args, purpose);
        builder.AddLogging(toStandardError: purpose == HostPurpose.Command);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDatabase(settings.Database);
        if (purpose != HostPurpose.Migrate) builder.Services.AddBackup();
        return builder;
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
