using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;

namespace AuthServer.Backup;

/// <summary>Makes the backup that is due, on one replica, and deletes those that BACKUP_KEEP does not keep.</summary>
/// <remarks>
/// A backup is due when a time of BACKUP_SCHEDULE has passed since the newest one at the place. The place is the same for all replicas, so
/// each time has one backup, and one that was missed while no server ran is made up for.
/// </remarks>
public sealed class BackupRound(
    BackupScheduleOptions schedule, BackupOptions options, BackupStates states, BackupCreation creation, OneReplica replica,
    BackupRecords records, TimeProvider time)
{
    // A place that is away is not told about four times an hour.
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private DateTime _silentUntil;

    /// <param name="isTick">A time of the schedule; otherwise a look whether one was missed.</param>
    /// <param name="cancellation">Leaves nothing half done.</param>
    public async Task RunAsync(bool isTick, CancellationToken cancellation)
    {
        if (!isTick && Now < _silentUntil) return;
        try
        {
            await RunDueAsync(cancellation);
            _silentUntil = default;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            _silentUntil = Now + Pause;
            await records.FailedAsync(schedule.To!, RestoreDrill.Words(e));
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task RunDueAsync(CancellationToken cancellation)
    {
        if (!IsDue(await states.ReadAsync(cancellation))) return;
        await using var alone = await replica.TryTakeAsync(SharedAct.Backup, cancellation);
        // Another replica may have made it between the two looks.
        if (alone is null || !IsDue(await states.ReadAsync(cancellation))) return;
        var (place, began) = (states.Place!, time.GetTimestamp());
        var made = await creation.RunAsync(place, name: null, progress: null, cancellation);
        await records.MadeAsync(made, place.Description, time.GetElapsedTime(began));
        var state = (await states.ReadAsync(cancellation))!;
        foreach (var backup in schedule.Kept?.Outdated(state.Backups, state.NewestProven?.Name, Now) ?? [])
        {
            if (!await IsOursAsync(place, backup.Name, cancellation)) continue;
            await place.DeleteAsync(backup.Name, cancellation);
            await records.DeletedAsync(backup.Name, place.Description);
        }
    }

    private bool IsDue(BackupState? state) => state is not null && schedule.Times is { } times
        && (state.Newest is not { } newest || times.After(newest.CreatedAt) <= Now);

    /// <summary>A backup of another server, with another key, is not ours to delete, and neither is one whose head is damaged.</summary>
    private async Task<bool> IsOursAsync(IBackupPlace place, string name, CancellationToken cancellation)
    {
        try
        {
            await using var stream = await place.OpenAsync(name, cancellation);
            await BackupHead.ReadAsync(stream, options.RequireKeys(), cancellation);
            return true;
        }
        catch (Exception e) when (e is BackupRefusedException or FileNotFoundException)
        {
            return false;
        }
    }
}
