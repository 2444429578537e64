using AuthServer.Backup;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>A server with a schedule for backups, whose jobs the test runs by itself.</summary>
internal sealed class BackupHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-backups-");

    private BackupHost(FakeTimeProvider time) => Time = time;

    public AuthServerHost Host { get; private set; } = null!;

    public FakeTimeProvider Time { get; }

    public string Folder => _folder.FullName;

    public string Scratch => Path.Combine(Folder, "scratch");

    public BackupRound Round => Host.Services.GetRequiredService<BackupRound>();

    public DrillRound Drill => Host.Services.GetRequiredService<DrillRound>();

    public BackupStates States => Host.Services.GetRequiredService<BackupStates>();

    /// <param name="settings">Beside those of a directory with daily backups and drills on Sundays.</param>
    public static async Task<BackupHost> StartAsync(DatabaseKind kind, params (string Key, string Value)[] settings)
    {
        // The server of a drill has the clock of this machine, and the keys are not to be of its future.
        var host = new BackupHost(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var all = new Dictionary<string, string>
        {
            ["BACKUP_TO"] = Path.Combine(host.Folder, "place"),
            ["BACKUP_SCHEDULE"] = "0 2 * * *",
            ["BACKUP_SCRATCH"] = host.Scratch,
            ["BACKUP_KEY"] = "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=",
        };
        foreach (var (key, value) in settings) all[key] = value;
        host.Host = await AuthServerHost.StartAsync(new HostSetup(kind) { Time = host.Time, Settings = all });
        return host;
    }

    public Task<int> CountAsync(string kind) => Host.WithDatabaseAsync(db => db.AuditEvents.CountAsync(a => a.Kind == kind));

    public Task<string?> DetailAsync(string kind) => Host.WithDatabaseAsync(
        db => db.AuditEvents.Where(a => a.Kind == kind).Select(a => a.Detail).SingleAsync());

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
