using AuthServer.Backup.Schedule;
using AuthServer.Telemetry;

namespace AuthServer.Backup;

/// <summary>Looks from time to time what is at BACKUP_TO, for the metrics and the health of this replica.</summary>
/// <remarks>The jobs look too, in the same rhythm, but on PostgreSQL on one replica alone: there this watch has nothing to do.</remarks>
public sealed class BackupWatch(
    BackupScheduleOptions schedule, BackupStates states, AuthMeter meter, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(3), NextLook = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (schedule.To is null) return;
        meter.ObserveBackups(
            () => AgeOf(states.Last?.Newest?.CreatedAt), () => states.Last?.Newest?.Size, () => AgeOf(states.Last?.LastProof?.At));
        meter.ObserveBackupPlace(
            drills: schedule.DrillTimes is not null, () => states.IsReadable is { } readable ? readable ? 1 : 0 : null);
        for (var pause = FirstLook; ; pause = NextLook)
        {
            await Task.Delay(pause, time, stoppingToken);
            await LookAsync(stoppingToken);
        }
    }

    internal async Task LookAsync(CancellationToken cancellation)
    {
        if (states.HasLookedWithin(NextLook / 2)) return;
        try
        {
            await states.ReadAsync(cancellation);
        }
#pragma warning disable CA1031 // A metric tells of a place that does not answer, and the job logs it.
        catch (Exception) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // What was seen last stays.
        }
    }

    private double? AgeOf(DateTime? since) => since is { } at ? (time.GetUtcNow().UtcDateTime - at).TotalSeconds : null;
}
