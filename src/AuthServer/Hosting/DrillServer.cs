using AuthServer.Backup.Drill;
using AuthServer.Data.Starting;
using AuthServer.Hosting.Listening;
using AuthServer.Hosting.Probes;
using AuthServer.Keys;

namespace AuthServer.Hosting;

/// <summary>A whole server on a scratch database, reached through a socket in its directory by this process alone.</summary>
/// <remarks>It has the secrets of this server, and nothing of its environment: above all not its DATABASE_URL.</remarks>
public sealed class DrillServer(SecretOptions secrets)
{
    private const string Socket = "s";

    // Of the address of a Unix socket, without the zero at its end; macOS has the shortest one.
    private const int LongestPath = 103;

    public async Task RunAsync(ScratchDatabase scratch, CancellationToken cancellation)
    {
        var path = scratch.Directory.FileAt(Socket);
        if (path.Length > LongestPath)
            throw new IOException($"the path of {scratch.Directory.Path} is too long for a socket; set BACKUP_SCRATCH to a shorter one");
        await using var app = WebHost.BuildForDrill(SettingsOf(scratch), $"http://unix:{path}", scratch.Keys);
        // As each start: what migrations are missing, the key ring, the built-in client.
        await app.Services.GetRequiredService<DatabaseStartup>().RunAsync(cancellation);
        await app.StartAsync(cancellation);
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, ct) => UnixStreams.ConnectAsync(path, ct) });
            client.BaseAddress = new("http://localhost");
            await new ProbeSignIn(client).RunAsync(cancellation);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    private Dictionary<string, string?> SettingsOf(ScratchDatabase scratch) => new()
    {
        ["AUTHSERVER_DATA"] = scratch.Directory.Path,
        ["API_BASE_URL"] = "http://localhost",
        ["SECRET_KEY"] = Convert.ToBase64String(secrets.SecretKey),
        ["SECRET_KEY_PREVIOUS"] = Text(secrets.SecretKeyPrevious),
        ["JWT_SECRET"] = Convert.ToBase64String(secrets.JwtSecret),
        ["JWT_SECRET_PREVIOUS"] = Text(secrets.JwtSecretPrevious),
        // What goes wrong is seen in this server's log; the drill itself says the rest.
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Error),
    };

    private static string? Text(byte[]? secret) => secret is null ? null : Convert.ToBase64String(secret);
}
