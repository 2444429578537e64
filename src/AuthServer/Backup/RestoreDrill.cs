using AuthServer.Backup.Databases;
using AuthServer.Backup.Drill;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;
using AuthServer.Configuration;

namespace AuthServer.Backup;

/// <summary>Proves a backup: restores it into a scratch database, compares every table, and signs a person in.</summary>
/// <remarks>
/// The scratch database is an embedded one for backups of both databases. The restore reads each table again and compares count and digest
/// with what the backup says; the server that then starts on it applies the migrations and opens the key ring.
/// </remarks>
public sealed class RestoreDrill(
    BackupRestore restore, BackupScheduleOptions schedule, DataDirectory data, SignInProbe probe, TimeProvider time)
{
    /// <summary>Never throws for what is wrong with the backup: that is its result.</summary>
    public async Task<DrillRecord> RunAsync(IBackupPlace place, string backup, CancellationToken cancellation)
    {
        var (at, began, rows, step) = (time.GetUtcNow().UtcDateTime, time.GetTimestamp(), 0L, "restore");
        string? reason = null;
        try
        {
            using var scratch = ScratchDatabase.Create(schedule.Scratch ?? data.Path);
            rows = await RestoreAsync(place, backup, scratch, cancellation);
            step = "sign-in";
            await probe.RunAsync(scratch, cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            reason = $"{step}: {Words(e)}";
        }

        return new(backup, at, reason is null, reason, rows, Math.Round(time.GetElapsedTime(began).TotalSeconds, 1));
    }

    /// <summary>What an exception tells an operator.</summary>
    internal static string Words(Exception e) => e is IOException or BackupRefusedException or StartRefusedException or InvalidDataException
        ? e.Message : $"{e.GetType().Name}: {e.Message}";

    private async Task<long> RestoreAsync(
        IBackupPlace place, string backup, ScratchDatabase scratch, CancellationToken cancellation)
    {
        await using var stream = await place.OpenAsync(backup, cancellation);
        await using var target = SqliteTarget.Open(scratch.File);
        var content = await restore.RunAsync(stream, target, progress: null, cancellation);
        return content.Tables.Sum(t => t.Rows);
    }
}
