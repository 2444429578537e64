using AuthServer.Backup.Schedule;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Hosting.Certificates;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Management;
using AuthServer.Seeding;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace AuthServer.Hosting;

/// <summary>What the console says once the server listens.</summary>
public static partial class StartNotice
{
    private const string Warning = "Warning";

    /// <summary>In the form of the log, so that a program that reads it gets nothing else.</summary>
    /// <remarks>But for the passwords of the demo, which no logger may see.</remarks>
    public static void Print(WebApplication app, TextWriter output)
    {
        // A test host listens nowhere.
        if (app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is not null)
        {
            var environment = app.Environment.EnvironmentName;
            if (app.Services.GetRequiredService<LogOptions>().FormatIn(app.Configuration) == LogFormat.Text)
                Write(environment, Lines(app), output);
            else Log(environment, Lines(app), LoggerOf(app));
        }

        app.Services.GetRequiredService<DemoNotice>().Print(output);
    }

    private static ILogger LoggerOf(WebApplication app) =>
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartNotice).FullName!);

    internal static void Write(string environment, IEnumerable<Line> lines, TextWriter output)
    {
        output.WriteLine($"AuthServer runs in {environment}.");
        foreach (var (name, text, further) in lines)
        {
            output.WriteLine($"  {name,-14}{text}");
            foreach (var more in further) output.WriteLine($"  {"",-14}{more}");
        }
    }

    internal static void Log(string environment, IEnumerable<Line> lines, ILogger log)
    {
        LogEnvironment(log, environment);
        foreach (var (name, text, further) in lines)
        {
            var whole = string.Join(' ', further.Select(more => more.Trim()).Prepend(text));
            if (name == Warning) LogWarning(log, whole);
            else LogLine(log, name, whole);
        }
    }

    private static IEnumerable<Line> Lines(WebApplication app)
    {
        var services = app.Services;
        var issuer = services.GetRequiredService<IssuerOptions>();
        if (app.Urls is not { Count: 1 } || app.Urls.First() != issuer.IssuerText)
            yield return new("Listening on", string.Join(", ", app.Urls));
        yield return new("Issuer", issuer.IssuerText);
        yield return new(
            "Database", services.GetRequiredService<DatabaseOptions>().Describe(services.GetRequiredService<DataDirectory>()));
        if (ManagementOf(services.GetRequiredService<ManagementListener>()) is { } management) yield return new("Management", management);
        if (services.GetService<CurrentCertificate>()?.Local is { } authority) yield return Trust(authority);
        if (NextBackup(app) is { } backups) yield return new("Backups", backups);
        foreach (var warning in Warnings(app, issuer)) yield return new(Warning, warning);
    }

    private static string? ManagementOf(ManagementListener listener) => listener.IsLeftOut
        ? $"off, because another program has {ManagementOptions.Default}; MANAGEMENT_URLS names another address"
        : listener.Addresses.Count > 0 ? string.Join(", ", listener.Addresses) : null;

    private static string? NextBackup(WebApplication app)
    {
        var schedule = app.Services.GetRequiredService<BackupScheduleOptions>();
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        if (schedule.Times is null && schedule.DrillTimes is null) return null;
        var backup = schedule.Times is { } times ? $", next at {Text(times)}" : "";
        return $"{schedule.To}{backup}{(schedule.DrillTimes is { } drills ? $", restore drill at {Text(drills)}" : "")}";

        string Text(CronSchedule next) => next.After(now) is { } at ? UtcText.Minute(at) : "no time, because that day never comes";
    }

    private static Line Trust(LocalAuthority authority)
    {
        var path = authority.Path;
        var command = OperatingSystem.IsWindows() ? $"certutil -user -addstore Root \"{path}\""
            : OperatingSystem.IsMacOS() ? $"security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db '{path}'"
            : $"sudo cp '{path}' /usr/local/share/ca-certificates/authplatform-local.crt && sudo update-ca-certificates";
        return new("Certificate", $"signed by the authority {path}, made on this machine for this machine's names alone.",
            "Browsers warn until they trust it (docs/tls.md has more, also for Firefox):", "  " + command);
    }

    private static IEnumerable<string> Warnings(WebApplication app, IssuerOptions issuer)
    {
        foreach (var warning in app.Services.GetRequiredService<StartWarnings>().Lines) yield return warning;
        if (app.Environment.IsDevelopment() && OpenDevelopment(issuer.Issuer) is { } open) yield return open;
        if (!issuer.IsHttps)
        {
            // Development on this machine is what plain http is for.
            if (app.Environment.IsDevelopment()) yield break;
            yield return "The issuer is plain http: for this machine alone. The session cookie is not Secure.";
            yield break;
        }
        var takesHttps = app.Urls.Any(u => u.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        if (!takesHttps && app.Services.GetRequiredService<ServerOptions>().TrustedProxies.Count == 0)
            yield return "The issuer is https, but no listener is, and TRUSTED_PROXIES names no proxy: every request will be refused.";
    }

    /// <summary>A warning and no refusal: teams develop behind addresses of their own, in a network of their own.</summary>
    internal static string? OpenDevelopment(Uri issuer) => issuer.IsLoopback
        ? null
        : "Development is for this machine alone, and the issuer is not: whoever reaches it reads every mail with its codes at /dev/mail, "
            + "and signs in with the passwords of the demo. Set ASPNETCORE_ENVIRONMENT=Production.";

    [LoggerMessage(Level = LogLevel.Information, Message = "AuthServer runs in {Environment}.")]
    private static partial void LogEnvironment(ILogger logger, string environment);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: {Value}")]
    private static partial void LogLine(ILogger logger, string name, string value);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Warning}")]
    private static partial void LogWarning(ILogger logger, string warning);

    /// <param name="Name">What it is about.</param>
    /// <param name="Text">In one line.</param>
    /// <param name="Further">What a person reads below it.</param>
    internal sealed record Line(string Name, string Text, params IReadOnlyList<string> Further);
}
