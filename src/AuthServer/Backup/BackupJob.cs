using Quartz;

namespace AuthServer.Backup;

/// <summary>Makes backups at the times of BACKUP_SCHEDULE, and looks every quarter of an hour whether one was missed.</summary>
[DisallowConcurrentExecution]
public sealed class BackupJob(BackupRound round, IHostApplicationLifetime lifetime) : IJob
{
    /// <summary>The trigger at the times of the schedule.</summary>
    public const string Tick = "BackupSchedule";

    public Task Execute(IJobExecutionContext context) => BackupDrillJob.UntilTheEndAsync(
        end => round.RunAsync(isTick: context.Trigger.Key.Name == Tick, end), lifetime);
}

/// <summary>Runs restore drills at the times of BACKUP_DRILL, and looks every quarter of an hour whether one was missed.</summary>
[DisallowConcurrentExecution]
public sealed class BackupDrillJob(DrillRound round, IHostApplicationLifetime lifetime) : IJob
{
    public Task Execute(IJobExecutionContext context) => UntilTheEndAsync(round.RunAsync, lifetime);

    /// <summary>A server that ends does not wait for what may take an hour: the next one begins it anew.</summary>
    internal static async Task UntilTheEndAsync(Func<CancellationToken, Task> run, IHostApplicationLifetime lifetime)
    {
        try
        {
            await run(lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Nothing half done is left.
        }
    }
}
