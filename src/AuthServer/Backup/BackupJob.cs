using Quartz;

namespace AuthServer.Backup;

/// <summary>Makes backups at the times of BACKUP_SCHEDULE, and looks every quarter of an hour whether one was missed.</summary>
[DisallowConcurrentExecution]
public sealed class BackupJob(BackupRound round) : IJob
{
    /// <summary>The trigger at the times of the schedule.</summary>
    public const string Tick = "BackupSchedule";

    public Task Execute(IJobExecutionContext context) =>
        round.RunAsync(isTick: context.Trigger.Key.Name == Tick, context.CancellationToken);
}

/// <summary>Runs restore drills at the times of BACKUP_DRILL, and looks every quarter of an hour whether one was missed.</summary>
[DisallowConcurrentExecution]
public sealed class BackupDrillJob(DrillRound round) : IJob
{
    public Task Execute(IJobExecutionContext context) => round.RunAsync(context.CancellationToken);
}
