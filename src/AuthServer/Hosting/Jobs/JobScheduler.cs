using Quartz;

namespace AuthServer.Hosting.Jobs;

/// <summary>Starts the scheduler a moment after the server, and ends it with the server.</summary>
public sealed partial class JobScheduler(
    ISchedulerFactory factory, JobPlan plan, TimeProvider time, ILogger<JobScheduler> log) : BackgroundService
{
    // Because the first answers after a start need the processor more than a scheduler whose first job is due minutes later.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Again = TimeSpan.FromSeconds(15);

    private readonly Lock _ending = new();
    private IScheduler? _scheduler;
    private Task? _end;

    public override Task StopAsync(CancellationToken cancellationToken)
    {
        // A host that is stopped twice at once must not go on, and close the database, before the jobs have ended.
        lock (_ending) return _end ??= EndAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, time, stoppingToken);
        while (!await TryStartAsync(stoppingToken))
        {
            await Task.Delay(Again, time, stoppingToken);
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_scheduler is not { } scheduler) return;
        try
        {
            // While the database is away Quartz would try without end to give back a trigger.
            await scheduler.Shutdown(waitForJobsToComplete: true, cancellationToken).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Another replica runs the job again.
        }
    }

    /// <summary>A scheduler that has started goes on by itself when the database is away and comes back.</summary>
    private async Task<bool> TryStartAsync(CancellationToken stoppingToken)
    {
        try
        {
            // One that was shut down is made anew.
            _scheduler = await factory.GetScheduler(stoppingToken);
            await plan.ApplyAsync(_scheduler, stoppingToken);
            await _scheduler.Start(stoppingToken);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogNotStarted(log, error.GetBaseException().Message);
            if (_scheduler is { } failed) await failed.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
            _scheduler = null;
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The scheduler of the jobs does not start; it is tried again: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
