using AuthServer.Data;
using AuthServer.Keys;
using AuthServer.Sessions;

namespace AuthServer.Hosting;

/// <summary>The composition root: one line per room. Also the type by which tests find this application.</summary>
public sealed class WebHost
{
    private WebHost()
    {
    }

    public static WebApplication Build(string[] args, HostPurpose purpose)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot(args) });
        var settings = builder.AddSettings(args, purpose);
        builder.AddLogging();
        builder.AddKestrel();

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddDatabase(settings.Database);
        services.AddRedis(settings.Redis);
        services.AddKeys();
        services.AddSessions();
        services.AddReverseProxy(settings.Server);

        var app = builder.Build();
        app.UsePipeline();
        return app;
    }

    /// <summary>The folder of the sources under `dotnet run`, otherwise that of the executable: appsettings.json is found wherever it is started from.</summary>
    private static string? ContentRoot(string[] args)
    {
        if (args.Any(a => a.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase))) return null;
        var current = Directory.GetCurrentDirectory();
        return File.Exists(Path.Combine(current, "AuthServer.csproj")) ? current : AppContext.BaseDirectory;
    }
}
