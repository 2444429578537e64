using Microsoft.Extensions.Logging.Console;

namespace AuthServer.Hosting;

/// <summary>One line per event on the console, without what must not stand in a log.</summary>
public static class Logs
{
    public static void AddLogging(this WebApplicationBuilder builder)
    {
        var logging = builder.Logging;
        logging.ClearProviders();
        logging.AddConsole(console => console.FormatterName = LineFormatter.Key).AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        // These print requests with their query, in which codes and hints travel. Rules in code stand even when appsettings.json is lost.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("OpenIddict", LogLevel.Warning);
        logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        // A failed statement comes to its caller as an exception: expected ones (a taken e-mail) are answers, the others are logged with a reference.
        logging.AddFilter("Microsoft.EntityFrameworkCore.Database.Command", LogLevel.Critical);
        logging.AddFilter("Microsoft.EntityFrameworkCore.Update", LogLevel.Critical);
        // Nothing of it is printed; while it could be, each request gets an activity with identifiers and a scope, which nobody reads.
        // Whoever listens to activities gets them all the same.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A cookie that somebody has tampered with: anybody could fill the log with it.
        logging.AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Critical);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        logging.AddFilter("Quartz", LogLevel.Warning);
    }
}
