using AuthServer.Backup.Drill;
using AuthServer.Backup.Schedule;

namespace AuthServer.Backup;

/// <summary>Runs the restore drill that is due, on one replica, with the newest backup.</summary>
public sealed class DrillRound(
    BackupScheduleOptions schedule, BackupStates states, RestoreDrill drill, OneReplica replica, BackupRecords records, TimeProvider time)
{
    // A drill that failed is tried again before its next time, which may be a week away.
    private static readonly TimeSpan Again = TimeSpan.FromDays(1);

    // For a place that takes no record.
    private DrillRecord? _last;

    public async Task RunAsync(CancellationToken cancellation)
    {
        var isDue = false;
        try
        {
            isDue = IsDue(await states.ReadAsync(cancellation));
            if (isDue) await RunDueAsync(cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // There is no result about a backup.
            records.NotDrilled(RestoreDrill.Words(e), isDue);
        }
    }

    private async Task RunDueAsync(CancellationToken cancellation)
    {
        await using var alone = await replica.TryTakeAsync(SharedAct.Drill, cancellation);
        if (alone is null || await states.ReadAsync(cancellation) is not { Newest: { } newest } state || !IsDue(state)) return;
        var place = states.Place!;
        _last = await drill.RunAsync(place, newest.Name, cancellation);
        await records.DrilledAsync(_last);
        await states.Records.AddAsync(place, _last, cancellation);
        await states.ReadAsync(cancellation);
    }

    private bool IsDue(BackupState? state)
    {
        if (state?.Newest is null || schedule.DrillTimes is not { } times) return false;
        var last = new[] { state.LastDrill, _last }.Where(d => d is not null).MaxBy(d => d!.At);
        var now = time.GetUtcNow().UtcDateTime;
        return last is null || times.After(last.At) <= now || (!last.Passed && last.At + Again <= now);
    }
}
