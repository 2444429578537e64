using AuthServer.Backup.Schedule;
using AuthServer.Telemetry;

namespace AuthServer.Backup;

/// <summary>Looks from time to time what is at BACKUP_TO, for the metrics and the health of this replica.</summary>
/// <remarks>The jobs look too, but on PostgreSQL one replica alone runs them.</remarks>
public sealed class BackupWatch(
    BackupScheduleOptions schedule, BackupStates states, AuthMeter meter, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(3), NextLook = TimeSpan.FromMinutes(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (schedule.To is null) return;
        meter.ObserveBackups(
            () => AgeOf(states.Last?.Newest?.CreatedAt), () => states.Last?.Newest?.Size, () => AgeOf(states.Last?.LastProof?.At));
        for (var pause = FirstLook; ; pause = NextLook)
        {
            await Task.Delay(pause, time, stoppingToken);
            try
            {
                await states.ReadAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The job reports a place that does not answer.
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                // What was seen last stays.
            }
        }
    }

    private double? AgeOf(DateTime? since) => since is { } at ? (time.GetUtcNow().UtcDateTime - at).TotalSeconds : null;
}
