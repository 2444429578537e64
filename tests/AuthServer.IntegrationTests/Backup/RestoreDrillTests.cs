using AuthServer.Audit;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>A backup is worth what its restore is: the newest one is restored, compared, and a person signs in.</summary>
public abstract class RestoreDrillTests(DatabaseKind kind)
{
    private static readonly CancellationToken None = CancellationToken.None;

    public sealed class OnSqlite() : RestoreDrillTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : RestoreDrillTests(DatabaseKind.Postgres);

    [Fact]
    public async Task The_newest_backup_is_proven_and_again_at_the_next_time()
    {
        await using var server = await BackupHost.StartAsync(kind);
        await server.Drill.RunAsync(None);
        Assert.Equal(0, await server.CountAsync(AuditKinds.BackupDrillPassed));
        await server.Round.RunAsync(isTick: true, None);
        var people = await server.Host.WithDatabaseAsync(db => db.Users.CountAsync());
        await server.Drill.RunAsync(None);
        await server.Drill.RunAsync(None);

        var state = server.States.Last!;
        Assert.True(state.LastDrill!.Passed, state.LastDrill.Reason);
        Assert.Equal(state.Newest!.Name, state.LastProof!.Backup);
        Assert.InRange(state.LastProof.Rows, people, int.MaxValue);
        Assert.Equal(1, await server.CountAsync(AuditKinds.BackupDrillPassed));
        // Neither the probe's account nor the scratch database is left anywhere.
        Assert.Equal(people, await server.Host.WithDatabaseAsync(db => db.Users.CountAsync()));
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.Scratch));

        server.Time.Advance(TimeSpan.FromDays(7));
        await server.Round.RunAsync(isTick: true, None);
        await server.Drill.RunAsync(None);
        Assert.Equal(2, await server.CountAsync(AuditKinds.BackupDrillPassed));
        Assert.Equal(server.States.Last!.Newest!.Name, server.States.Last.LastProof!.Backup);
    }

    [Fact]
    public async Task A_damaged_backup_fails_the_drill_which_says_why_and_the_proof_before_it_stays_known()
    {
        await using var server = await BackupHost.StartAsync(kind, ("BACKUP_DRILL", "0 12 * * *"));
        await server.Round.RunAsync(isTick: true, None);
        await server.Drill.RunAsync(None);
        var proven = server.States.Last!.LastProof!;
        server.Time.Advance(TimeSpan.FromDays(1));
        await server.Round.RunAsync(isTick: true, None);
        var newest = Path.Combine(server.Folder, "place", server.States.Last.Newest!.Name);
        var bytes = await File.ReadAllBytesAsync(newest);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(newest, bytes);
        await server.Drill.RunAsync(None);

        var state = server.States.Last!;
        Assert.False(state.LastDrill!.Passed);
        Assert.StartsWith("restore: ", state.LastDrill.Reason, StringComparison.Ordinal);
        Assert.Equal(proven, state.LastProof);
        var detail = await server.DetailAsync(AuditKinds.BackupDrillFailed);
        Assert.StartsWith(state.Newest!.Name + ": restore: ", detail, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(server.Scratch));
    }

    [Fact]
    public async Task A_backup_whose_secrets_are_lost_fails_the_drill()
    {
        await using var server = await BackupHost.StartAsync(kind);
        await server.Round.RunAsync(isTick: true, None);
        await using var other = await BackupHost.StartAsync(
            kind, ("BACKUP_TO", Path.Combine(server.Folder, "place")), ("JWT_SECRET", "q5vPX0bVpdm1GvZEGSRBbfaMXmsKPlZMXLdUpTtVLGM="));
        await other.Drill.RunAsync(None);
        Assert.Contains("JWT_SECRET", other.States.Last!.LastDrill!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_killed_drills_have_left_is_deleted_and_nothing_else()
    {
        await using var server = await BackupHost.StartAsync(kind);
        await server.Round.RunAsync(isTick: true, None);
        string[] others = ["ap-drill-20261129.old", "ap-drill-reports", "drill-20261129"];
        foreach (var name in others.Append("ap-drill-0123abcd"))
        {
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(server.Scratch, name)).FullName, "file"), "");
            Directory.SetLastWriteTimeUtc(Path.Combine(server.Scratch, name), TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-2));
        }

        await server.Drill.RunAsync(None);
        Assert.True(server.States.Last!.LastDrill!.Passed, server.States.Last.LastDrill.Reason);
        Assert.Equal(others, Directory.EnumerateDirectories(server.Scratch).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_drill_that_failed_is_tried_again_a_day_later()
    {
        await using var server = await BackupHost.StartAsync(kind);
        await server.Round.RunAsync(isTick: true, None);
        var newest = Path.Combine(server.Folder, "place", server.States.Last!.Newest!.Name);
        var whole = await File.ReadAllBytesAsync(newest);
        await File.WriteAllBytesAsync(newest, whole[..^10]);
        await server.Drill.RunAsync(None);
        await File.WriteAllBytesAsync(newest, whole);
        await server.Drill.RunAsync(None);
        Assert.False(server.States.Last!.LastDrill!.Passed);
        server.Time.Advance(TimeSpan.FromDays(1));
        await server.Drill.RunAsync(None);
        Assert.True(server.States.Last!.LastDrill!.Passed, server.States.Last.LastDrill.Reason);
    }

    [Fact]
    public async Task Of_many_that_try_at_once_one_runs_the_drill_with_a_backup_of_object_storage()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        await using var server = await BackupHost.StartAsync(kind, ("BACKUP_TO", $"s3://{bucket.Name}/prod"));
        await server.Round.RunAsync(isTick: true, None);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => server.Drill.RunAsync(None))));
        Assert.True(server.States.Last!.LastDrill?.Passed, server.States.Last.LastDrill?.Reason);
        Assert.Equal(1, await server.CountAsync(AuditKinds.BackupDrillPassed));
        Assert.Equal(2, bucket.Objects.Count);
    }
}
