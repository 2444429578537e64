using AuthServer.IntegrationTests.Doctor;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>What doctor says about backups.</summary>
public sealed class BackupDoctorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-doctor-");

    private string Place => Path.Combine(_folder.FullName, "place");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task No_backup_one_that_is_not_proven_one_that_is_damaged_and_a_place_that_is_away_are_told()
    {
        Assert.Equal(0, await RunAsync("migrate"));
        (await DoctorRun.OfAsync(Settings(Place))).Has("Backups", "warning", "has no backup");
        Assert.Equal(0, await RunAsync("backup", "create"));
        (await DoctorRun.OfAsync(Settings(Place))).Has("Backups", "warning", "no backup has been proven");
        Assert.Equal(0, await RunAsync("backup", "drill"));
        // The embedded default with proven backups has nothing that a script should be warned of.
        var proven = await DoctorRun.OfAsync(Settings(Place), "--strict");
        proven.Has("Backups", "ok", "was restored and signed in to");
        Assert.Equal((0, "ok"), (proven.ExitCode, proven.Verdict));

        var backup = Directory.GetFiles(Place, "*.apbackup").Single();
        var bytes = await File.ReadAllBytesAsync(backup);
        await File.WriteAllBytesAsync(backup, bytes[..^20]);
        Assert.Equal(1, await RunAsync("backup", "drill"));
        (await DoctorRun.OfAsync(Settings(Place))).Has("Backups", "wrong", "failed: restore: ");
        File.Move(backup, Path.Combine(Place, "authplatform-20260101T020000Z-0123abcd.apbackup"));
        (await DoctorRun.OfAsync(Settings(Place))).Has("Backups", "wrong", "and one was due at 2026-01-02 02:00");
        (await DoctorRun.OfAsync(Settings("s3://nowhere"))).Has("Backups", "wrong", "s3://nowhere: the server does not answer");
    }

    private async Task<int> RunAsync(params string[] arguments) => (await ServerProcess.RunAsync(Settings(Place), arguments)).ExitCode;

    private (string Key, string Value)[] Settings(string to) =>
    [
        ("AUTHSERVER_DATA", Path.Combine(_folder.FullName, "data")), ("BACKUP_TO", to), ("BACKUP_SCHEDULE", "0 2 * * *"),
        ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1"), ("AWS_ACCESS_KEY_ID", "none"), ("AWS_SECRET_ACCESS_KEY", "s3cr3t-of-nobody"),
    ];
}
