using AuthServer.Audit;
using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>Backups by the clock: one for each time, and only those stay that are to be kept.</summary>
public abstract class BackupScheduleTests(DatabaseKind kind)
{
    private static readonly CancellationToken None = CancellationToken.None;

    public sealed class OnSqlite() : BackupScheduleTests(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : BackupScheduleTests(DatabaseKind.Postgres)
    {
        [Fact]
        public async Task Two_replicas_make_one_backup_and_run_one_drill_at_each_time()
        {
            await using var first = await BackupHost.StartAsync(DatabaseKind.Postgres);
            var place = ("BACKUP_TO", Path.Combine(first.Folder, "place"));
            await using var second = await BackupHost.StartAsync(
                DatabaseKind.Postgres, place, ("DATABASE_URL", first.Host.Database.Settings["DATABASE_URL"]));
            for (var day = 0; day < 3; day++)
            {
                BackupHost[] both = [first, second];
                await Task.WhenAll(both.Select(replica => Task.Run(() => replica.Round.RunAsync(isTick: true, None))));
                await Task.WhenAll(both.Select(replica => Task.Run(() => replica.Drill.RunAsync(None))));
                foreach (var replica in both) replica.Time.Advance(TimeSpan.FromDays(7));
            }

            Assert.Equal(3, await first.CountAsync(AuditKinds.BackupMade));
            Assert.Equal(3, await first.CountAsync(AuditKinds.BackupDrillPassed));
            Assert.Equal(3, (await second.States.ReadAsync(None))!.Backups.Count);
        }
    }

    [Fact]
    public async Task Each_time_of_the_schedule_has_one_backup_and_a_missed_one_is_made_up_for()
    {
        await using var server = await BackupHost.StartAsync(kind);
        await server.Round.RunAsync(isTick: false, None);
        await server.Round.RunAsync(isTick: true, None);
        Assert.Single((await server.States.ReadAsync(None))!.Backups);
        server.Time.Advance(TimeSpan.FromDays(3));
        await server.Round.RunAsync(isTick: false, None);
        await server.Round.RunAsync(isTick: false, None);
        Assert.Equal(2, server.States.Last!.Backups.Count);
        Assert.Equal(2, await server.CountAsync(AuditKinds.BackupMade));
        Assert.InRange((server.Time.GetUtcNow() - server.States.Last.Newest!.CreatedAt).TotalSeconds, 0, 1);
    }

    [Fact]
    public async Task Only_those_stay_that_are_to_be_kept_and_those_of_others()
    {
        await using var server = await BackupHost.StartAsync(kind, ("BACKUP_KEEP", "3"));
        var place = new DirectoryPlace(Path.Combine(server.Folder, "place"));
        for (var day = 0; day < 3; day++)
        {
            await server.Round.RunAsync(isTick: true, None);
            server.Time.Advance(TimeSpan.FromDays(1));
        }

        // Of another server, damaged in both halves of its head, and no backup at all.
        var oldest = (await place.ListAsync(None))[^1].Name;
        var foreign = BackupName.Of(server.Time.GetUtcNow().UtcDateTime.AddYears(-1), Guid.CreateVersion7());
        var bytes = await File.ReadAllBytesAsync(Path.Combine(place.Description, oldest));
        foreach (var half in new[] { 0, 512 }) bytes[half + 33] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(place.Description, foreign), bytes);
        await File.WriteAllTextAsync(Path.Combine(place.Description, "notes.txt"), "mine");
        await server.Round.RunAsync(isTick: true, None);

        var left = (await place.ListAsync(None)).Select(b => b.Name).ToList();
        Assert.Equal(4, left.Count);
        Assert.DoesNotContain(oldest, left);
        Assert.Contains(foreign, left);
        Assert.True(File.Exists(Path.Combine(place.Description, "notes.txt")));
        Assert.Equal(oldest, await server.DetailAsync(AuditKinds.BackupDeleted));
    }

    [Fact]
    public async Task The_newest_proven_one_stays_beyond_its_time()
    {
        await using var server = await BackupHost.StartAsync(kind, ("BACKUP_KEEP", "1d"));
        await server.Round.RunAsync(isTick: true, None);
        await server.Drill.RunAsync(None);
        var proven = server.States.Last!.NewestProven!.Name;
        for (var day = 0; day < 4; day++)
        {
            server.Time.Advance(TimeSpan.FromDays(1));
            await server.Round.RunAsync(isTick: true, None);
        }

        Assert.Equal(3, server.States.Last!.Backups.Count);
        Assert.Equal(proven, server.States.Last.Backups[^1].Name);
    }

    [Fact]
    public async Task A_place_that_is_away_disturbs_nobody_and_is_told_of_once_an_hour()
    {
        await using var server = await BackupHost.StartAsync(kind, ("BACKUP_TO", "/proc/nowhere"));
        await server.Round.RunAsync(isTick: true, None);
        await server.Round.RunAsync(isTick: false, None);
        Assert.Equal(1, await server.CountAsync(AuditKinds.BackupFailed));
        Assert.False(string.IsNullOrEmpty(await server.DetailAsync(AuditKinds.BackupFailed)));
        Assert.NotNull((await ApiClient.SignInAsync(server.Host, Seed.Alice)).AccessToken);
        server.Time.Advance(TimeSpan.FromHours(1));
        await server.Round.RunAsync(isTick: false, None);
        Assert.Equal(2, await server.CountAsync(AuditKinds.BackupFailed));
    }

    [Fact]
    public async Task Of_many_that_try_at_once_one_makes_the_backup()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        await using var server = await BackupHost.StartAsync(kind, ("BACKUP_TO", $"s3://{bucket.Name}/prod"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => server.Round.RunAsync(isTick: true, None))));
        Assert.Single(bucket.Objects);
        Assert.Equal(1, await server.CountAsync(AuditKinds.BackupMade));
    }

    [Fact]
    public async Task A_backup_that_a_wrong_clock_has_named_after_the_future_stops_no_other()
    {
        await using var server = await BackupHost.StartAsync(kind);
        server.Time.Advance(TimeSpan.FromDays(365));
        await server.Round.RunAsync(isTick: true, None);
        var future = server.States.Last!.Newest!.Name;
        // The clock is set right, which FakeTimeProvider cannot do: another server with the same place.
        await using var right = await BackupHost.StartAsync(kind, ("BACKUP_TO", Path.Combine(server.Folder, "place")));
        await right.Round.RunAsync(isTick: true, None);
        await right.Round.RunAsync(isTick: true, None);
        await right.Drill.RunAsync(None);
        Assert.Equal(2, right.States.Last!.Backups.Count);
        Assert.NotEqual(future, right.States.Last.Newest!.Name);
        Assert.Equal(right.States.Last.Newest.Name, right.States.Last.LastProof?.Backup);
    }

    [Fact]
    public async Task The_lock_is_free_again_afterwards()
    {
        await using var server = await BackupHost.StartAsync(kind);
        var replica = server.Host.Services.GetRequiredService<OneReplica>();
        await using (await replica.TryTakeAsync(SharedAct.Backup, None))
        {
            Assert.Null(await replica.TryTakeAsync(SharedAct.Backup, None));
            await using var other = await replica.TryTakeAsync(SharedAct.Drill, None);
            Assert.NotNull(other);
        }

        await using var again = await replica.TryTakeAsync(SharedAct.Backup, None);
        Assert.NotNull(again);
    }
}
