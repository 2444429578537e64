using System.Collections.Frozen;
using AuthServer.Configuration;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Management;
using Microsoft.AspNetCore.Connections;

namespace AuthServer.Commands;

/// <summary>Runs the server until it is told to stop.</summary>
public static class ServeCommand
{
    private const string Https = "--https";

    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Https);

    public static readonly CommandHelp Help = new("serve", "[serve] [--https]", "Run the server (also without a command)",
        $"""
        Listens on {Listeners.Default} unless ASPNETCORE_URLS or --urls says otherwise.
        --https listens on {Listeners.LocalHttps} with a certificate made on this machine, and says how to trust it.
        Without DATABASE_URL everything is kept in the data directory (AUTHSERVER_DATA).
        """);

    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Help, args, words: 0, async (_, options) =>
    {
        await using var app = WebHost.Build(Settings(options), HostPurpose.Serve);
        // Before Kestrel listens: the first request finds the schema and the keys.
        await app.Services.GetRequiredService<DatabaseStartup>().RunAsync(CancellationToken.None);
        // Before the first request too. Disposed last, after the public listener.
        await using var management = app.Services.GetRequiredService<ManagementListener>();
        await management.StartAsync();
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            // Because disposal alone cancels what already runs in the background, which the host then logs as its failure.
            await app.StopAsync();
            throw new StartRefusedException(
                $"ASPNETCORE_URLS: {e.Message.TrimEnd('.')}; stop the other program, or listen elsewhere with --urls",
                ExitCodes.Unavailable);
        }
        StartNotice.Print(app, Console.Out);
        await app.WaitForShutdownAsync();
        return ExitCodes.Done;
    });

    /// <summary>The options with the setting in place of its flag.</summary>
    internal static string[] Settings(IEnumerable<string> options) => [.. options.Select(o => o == Https ? "--LOCAL_HTTPS=true" : o)];
}
