using AuthServer.Hosting.Configuring;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace AuthServer.Hosting.Logs;

/// <summary>What is logged, and what never is.</summary>
public static class Logging
{
    /// <param name="format">Unless an operator asks for a formatter of the framework's.</param>
    /// <param name="toStandardError">For a program whose result is its standard output.</param>
    public static void AddLogging(this WebApplicationBuilder builder, LogFormat format, bool toStandardError)
    {
        var logging = builder.Logging;
        logging.ClearProviders();
        // An operator may ask for another form, such as Logging__Console__FormatterName=systemd.
        var asked = builder.Configuration["Logging:Console:FormatterName"];
        var formatter = asked ?? (format == LogFormat.Json ? JsonLines.FormatterName : ConsoleLines.FormatterName);
        logging.AddConsole(console => (console.FormatterName, console.LogToStandardErrorThreshold) =
            (formatter, toStandardError ? LogLevel.Trace : LogLevel.None));
        logging.AddConsoleFormatter<ConsoleLines, ConsoleFormatterOptions>();
        logging.AddConsoleFormatter<JsonLines, ConsoleFormatterOptions>();
        // These categories print requests with their query, which carries codes and hints. Rules in code hold even when appsettings.json is
        // lost.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("OpenIddict", LogLevel.Warning);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // A failed statement reaches its caller as an exception: expected ones (a taken e-mail address) become answers, others are logged
        // with a reference.
        logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.Critical);
        // While this category is on, ASP.NET Core makes an activity and a scope for each request, which nothing reads. Listeners of
        // activities get theirs regardless.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Any caller can send a tampered cookie; it could fill the log.
        logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("Quartz", LogLevel.Warning);
        // A category of Quartz, too.
        logging.AddFilter("DBConnectionManager", LogLevel.Warning);
        logging.Services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, NeverLogged>();
    }
}
