using System.Collections.Immutable;
using Quartz;

namespace AuthServer.Hosting.Jobs;

/// <param name="Job">Its name is that of the job.</param>
/// <param name="RunsAgain">Whether another replica runs it again when one has died in it.</param>
/// <param name="Triggers">When it runs.</param>
public sealed record PlannedJob(Type Job, bool RunsAgain, ImmutableArray<PlannedTrigger> Triggers);

/// <param name="Name">Of the trigger.</param>
/// <param name="Rhythm">What a stored trigger is compared by: one of another rhythm is replaced.</param>
/// <param name="Schedule">Sets the times.</param>
public sealed record PlannedTrigger(string Name, string Rhythm, Func<TriggerBuilder, TriggerBuilder> Schedule);

/// <summary>Brings the jobs of a scheduler, which may be stored and shared by replicas, to the list of this version.</summary>
/// <remarks>
/// A trigger that is as planned keeps its next time, so that replicas which start often do not put the jobs off. A job that is not in the
/// list stays: it may be of a later version, or of a replica with other settings.
/// </remarks>
/// <param name="retired">Names of jobs that no version runs any more.</param>
public sealed class JobPlan(IReadOnlyList<PlannedJob> jobs, params IReadOnlyList<string> retired)
{
    /// <summary>Any number of replicas may do so at once: each step is one transaction of the store.</summary>
    public async Task ApplyAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        foreach (var job in jobs) await ApplyAsync(scheduler, job, cancellationToken);
        if (retired.Count > 0) await scheduler.DeleteJobs([.. retired.Select(name => new JobKey(name))], cancellationToken);
    }

    private static JobKey KeyOf(PlannedJob job) => new(job.Job.Name);

    private static async Task ApplyAsync(IScheduler scheduler, PlannedJob planned, CancellationToken cancellationToken)
    {
        var job = JobBuilder.Create(planned.Job).WithIdentity(KeyOf(planned)).StoreDurably().RequestRecovery(planned.RunsAgain).Build();
        await scheduler.AddJob(job, replace: true, cancellationToken);
        var stored = await scheduler.GetTriggersOfJob(job.Key, cancellationToken);
        foreach (var trigger in planned.Triggers)
        {
            var key = new TriggerKey(trigger.Name);
            var known = stored.FirstOrDefault(t => t.Key.Equals(key));
            if (known?.Description == trigger.Rhythm) await ReviveAsync(scheduler, key, cancellationToken);
            else await PlaceAsync(scheduler, job.Key, trigger, replaces: known is not null, cancellationToken);
        }

        foreach (var former in stored.Where(t => planned.Triggers.All(p => p.Name != t.Key.Name)))
        {
            await scheduler.UnscheduleJob(former.Key, cancellationToken);
        }
    }

    // A replica of an earlier version, which does not have the job's class, has stopped it.
    private static async Task ReviveAsync(IScheduler scheduler, TriggerKey key, CancellationToken cancellationToken)
    {
        if (await scheduler.GetTriggerState(key, cancellationToken) == TriggerState.Error)
        {
            await scheduler.ResetTriggerFromErrorState(key, cancellationToken);
        }
    }

    private static async Task PlaceAsync(
        IScheduler scheduler, JobKey job, PlannedTrigger planned, bool replaces, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(planned.Name);
        var trigger = planned.Schedule(TriggerBuilder.Create().ForJob(job).WithIdentity(key).WithDescription(planned.Rhythm)).Build();
        try
        {
            if (replaces) await scheduler.RescheduleJob(key, trigger, cancellationToken);
            else await scheduler.ScheduleJob(trigger, cancellationToken);
        }
        catch (ObjectAlreadyExistsException)
        {
            // Another replica, which starts at the same moment, was first.
        }
    }
}
