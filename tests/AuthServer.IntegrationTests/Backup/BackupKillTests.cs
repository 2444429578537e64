using System.Diagnostics;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>
/// Real processes that are killed with SIGKILL at moments all over their work: what was there is there, and they can be run again.
/// </summary>
public sealed class BackupKillTests : IAsyncLifetime
{
    private const int Kills = 4, Rows = 30_000;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("backup-kill-");
    private TestDatabase _sqlite = null!;
    // It writes through to the disk, as in production.
    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartAsync(durable: true));
    private string _backup = "";
    private List<TableTotal> _backedUp = [];

    public async ValueTask InitializeAsync()
    {
        _sqlite = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        await using (var context = _sqlite.OpenContext())
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Rows})
                INSERT INTO audit_events (id, occurred_at, kind, detail)
                SELECT upper(printf('00000000-0000-7000-8000-%012x', i)), '2026-11-29 04:00:00', 'planted', hex(randomblob(100)) FROM n
                """);
        }

        _backedUp = await BackupCopies.TotalsAsync(_sqlite);
        var (exit, _, errors) = await RunAsync(_sqlite, "backup", "create", "--to", _folder.FullName);
        Assert.True(exit == 0, errors);
        _backup = Directory.GetFiles(_folder.FullName).Single();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _sqlite.Dispose();
        if (_cluster.IsValueCreated) (await _cluster.Value).Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Creating()
    {
        var before = await BackupCopies.TotalsAsync(_sqlite);
        var killed = await KillAllOverAsync(
            () => Start(_sqlite, "backup", "create", "--to", _folder.FullName),
            () => Task.CompletedTask);
        Assert.True(killed > 0);
        // What is listed is whole, and what was killed is not listed.
        foreach (var file in Directory.GetFiles(_folder.FullName, "*.apbackup"))
        {
            var (exit, _, errors) = await RunAsync(_sqlite, "backup", "verify", file);
            Assert.True(exit == 0, errors);
        }

        Assert.Equal(0, (await RunAsync(_sqlite, "backup", "create", "--to", _folder.FullName)).ExitCode);
        Assert.Empty(Directory.GetFiles(_folder.FullName, "*.unfinished"));
        // The audit trail has the backups that were made.
        Assert.Equal(BackupCopies.WithoutAudit(before), BackupCopies.WithoutAudit(await BackupCopies.TotalsAsync(_sqlite)));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Restoring(DatabaseKind kind)
    {
        using var target = await TargetAsync(kind);
        await using (var context = target.OpenContext())
        {
            context.Roles.Add(new("before"));
            await context.SaveChangesAsync();
        }

        var before = await BackupCopies.TotalsAsync(target);
        var killed = await KillAllOverAsync(
            () => Start(target, "backup", "restore", _backup, "--replace", "--yes"),
            async () =>
            {
                var there = await BackupCopies.TotalsAsync(target);
                // All of it or nothing.
                if (!there.SequenceEqual(before)) AssertRestored(_backedUp, there);
            });
        Assert.True(killed > 0);
        var (exit, _, errors) = await RunAsync(target, "backup", "restore", _backup, "--replace", "--yes");
        Assert.True(exit == 0, errors);
        AssertRestored(_backedUp, await BackupCopies.TotalsAsync(target));
        Assert.False(Directory.Exists(Path.Combine(target.Folder, "auth.db.restore")));
    }

    [Fact]
    public async Task Promoting()
    {
        using var target = await TargetAsync(DatabaseKind.Postgres, migrated: false);
        var before = await BackupCopies.TotalsAsync(_sqlite);
        var file = Path.Combine(_sqlite.Folder, EmbeddedFile.FileName);
        var tables = "SELECT count(*)::int AS \"Value\" FROM information_schema.tables WHERE table_schema = 'public'";
        var killed = await KillAllOverAsync(
            () => Start(_sqlite, "promote", "--to", target.Settings["DATABASE_URL"]),
            async () =>
            {
                Assert.Equal(before, await BackupCopies.TotalsAsync(_sqlite));
                await using var context = target.OpenContext();
#pragma warning disable EF1002 // A constant of this method.
                var there = await context.Database.SqlQueryRaw<int>(tables).SingleAsync();
#pragma warning restore EF1002
                if (there == 0) return;
                AssertRestored(before, await BackupCopies.TotalsAsync(target));
                await context.Database.ExecuteSqlAsync($"DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
            });
        Assert.True(killed > 0);
        var (exit, _, errors) = await RunAsync(_sqlite, "promote", "--to", target.Settings["DATABASE_URL"]);
        Assert.True(exit == 0, errors);
        AssertRestored(before, await BackupCopies.TotalsAsync(target));
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Rekeying()
    {
        var next = SecretText.New();
        (string, string)[] keys = [("BACKUP_KEY", next), ("BACKUP_KEY_PREVIOUS", BackupCopies.Key)];
        // Files of one content under several names, so that there is more than one to kill it at.
        for (var i = 0; i < 3; i++) File.Copy(_backup, _backup.Replace(".apbackup", $"{i}.apbackup", StringComparison.Ordinal));
        await KillAllOverAsync(
            () => ServerProcess.Start([.. Environment(_sqlite), .. keys], "backup", "rekey", "--all", "--to", _folder.FullName),
            async () =>
            {
                foreach (var file in Directory.GetFiles(_folder.FullName))
                {
                    var (exit, _, errors) = await ServerProcess.RunAsync([.. Environment(_sqlite), .. keys], "backup", "verify", file);
                    Assert.True(exit == 0, errors);
                }
            }, kills: 3);
        Assert.Equal(0, (await ServerProcess.RunAsync(
            [.. Environment(_sqlite), .. keys], "backup", "rekey", "--all", "--to", _folder.FullName)).ExitCode);
        foreach (var file in Directory.GetFiles(_folder.FullName))
        {
            Assert.Equal(
                0, (await ServerProcess.RunAsync([.. Environment(_sqlite), ("BACKUP_KEY", next)], "backup", "verify", file)).ExitCode);
        }
    }

    private static void AssertRestored(List<TableTotal> expected, List<TableTotal> there)
    {
        Assert.Equal(BackupCopies.WithoutAudit(expected), BackupCopies.WithoutAudit(there));
        var (rows, found) = (expected.Single(t => t.Table == "audit_events").Rows, there.Single(t => t.Table == "audit_events").Rows);
        Assert.Equal(rows + 1, found);
    }

    /// <summary>Runs the command once to see how long it takes, and then again and again, killing it later each time.</summary>
    /// <returns>How many ended by the kill.</returns>
    private static async Task<int> KillAllOverAsync(Func<ServerProcess> start, Func<Task> check, int kills = Kills)
    {
        var watch = Stopwatch.StartNew();
        await using (var whole = start()) await whole.ExitAsync();
        var length = watch.Elapsed;
        await check();
        var killed = 0;
        for (var i = 1; i <= kills; i++)
        {
            // The first third is the start of the process.
            var moment = length * (0.3 + 0.7 * i / (kills + 1));
            await using (var command = start())
            {
                await Task.Delay(moment);
                if (!command.HasExited) killed++;
            }

            await check();
        }

        return killed;
    }

    private static (string, string)[] Environment(TestDatabase database) =>
    [
        .. database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", "https://auth.example.test"),
        ("SECRET_KEY", AuthServerHost.SecretKey), ("JWT_SECRET", AuthServerHost.JwtSecret),
        ("BACKUP_KEY", BackupCopies.Key),
    ];

    private static ServerProcess Start(TestDatabase database, params string[] arguments) =>
        ServerProcess.Start(Environment(database), arguments);

    private static Task<(int ExitCode, string Output, string Errors)> RunAsync(TestDatabase database, params string[] arguments) =>
        ServerProcess.RunAsync(Environment(database), arguments);

    private async Task<TestDatabase> TargetAsync(DatabaseKind kind, bool migrated = true)
    {
        var cluster = kind == DatabaseKind.Postgres ? await _cluster.Value : null;
        var target = await TestDatabase.CreateAsync(kind, migrated && kind == DatabaseKind.Sqlite, cluster);
        if (kind == DatabaseKind.Sqlite || !migrated) return target;
        await using var context = target.OpenContext();
        await context.Database.MigrateAsync();
        return target;
    }
}
