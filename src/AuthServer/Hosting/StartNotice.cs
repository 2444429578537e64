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
        PrintServer(app, output);
        app.Services.GetRequiredService<DemoNotice>().Print(output);
    }

    private static void PrintServer(WebApplication app, TextWriter output)
    {
        if (app.Services.GetRequiredService<LogOptions>().FormatIn(app.Configuration) == LogFormat.Text)
        {
            PrintText(app, output);
            return;
        }

        var text = new StringWriter();
        PrintText(app, text);
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartNotice).FullName!);
        foreach (var line in text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries))
        {
            var words = string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            if (words.StartsWith(Warning, StringComparison.Ordinal)) LogWarning(log, words[(Warning.Length + 1)..]);
            else LogLine(log, words);
        }
    }

    private static void PrintText(WebApplication app, TextWriter output)
    {
        var services = app.Services;
        // A test host listens nowhere.
        if (services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>() is null) return;
        var issuer = services.GetRequiredService<IssuerOptions>();
        var database = services.GetRequiredService<DatabaseOptions>();
        output.WriteLine($"AuthServer runs in {app.Environment.EnvironmentName}.");
        if (app.Urls is not { Count: 1 } || app.Urls.First() != issuer.IssuerText)
        {
            output.WriteLine($"  Listening on  {string.Join(", ", app.Urls)}");
        }

        output.WriteLine($"  Issuer        {issuer.IssuerText}");
        output.WriteLine($"  Database      {database.Describe(services.GetRequiredService<DataDirectory>())}");
        if (ManagementOf(services.GetRequiredService<ManagementListener>()) is { } management)
            output.WriteLine($"  Management    {management}");
        if (services.GetService<CurrentCertificate>()?.Local is { } authority) PrintTrust(authority, output);
        if (NextBackup(app) is { } backups) output.WriteLine($"  Backups       {backups}");
        foreach (var warning in Warnings(app, issuer)) output.WriteLine($"  {Warning}       {warning}");
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

    private static void PrintTrust(LocalAuthority authority, TextWriter output)
    {
        var path = authority.Path;
        output.WriteLine($"  Certificate   signed by the authority {path}, made on this machine for this machine's names alone.");
        output.WriteLine("                Browsers warn until they trust it (docs/tls.md has more, also for Firefox):");
        var command = OperatingSystem.IsWindows() ? $"certutil -user -addstore Root \"{path}\""
            : OperatingSystem.IsMacOS() ? $"security add-trusted-cert -r trustRoot -k ~/Library/Keychains/login.keychain-db '{path}'"
            : $"sudo cp '{path}' /usr/local/share/ca-certificates/authplatform-local.crt && sudo update-ca-certificates";
        output.WriteLine("                  " + command);
    }

    private static IEnumerable<string> Warnings(WebApplication app, IssuerOptions issuer)
    {
        foreach (var warning in app.Services.GetRequiredService<StartWarnings>().Lines) yield return warning;
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

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private static partial void LogLine(ILogger logger, string line);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Line}")]
    private static partial void LogWarning(ILogger logger, string line);
}
