using AuthServer.Backup;
using AuthServer.Backup.Schedule;
using AuthServer.Keys;
using AuthServer.Sessions;
using Quartz;

namespace AuthServer.Hosting;

/// <summary>Every job that runs by the clock, each with its interval.</summary>
/// <remarks>
/// Each replica runs all of them: they delete by condition, so that two runs at once do no harm. Backups and drills look first whether
/// another replica was there.
/// </remarks>
public static class Scheduling
{
    // Because the first answers after a start need the processor more than a scheduler whose first job is due minutes later.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // How soon a backup that was missed is made after a start, and how often is looked for one.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2), NextLook = TimeSpan.FromMinutes(15);

    public static IServiceCollection AddScheduling(this IServiceCollection services, BackupScheduleOptions backups)
    {
        services.AddQuartz(quartz =>
        {
            Every<PurgeJob>(quartz, TimeSpan.FromMinutes(5));
            Every<ApprovalPurgeJob>(quartz, TimeSpan.FromHours(6));
            Every<SessionLimitJob>(quartz, TimeSpan.FromHours(6));
            Every<KeyUpkeepJob>(quartz, TimeSpan.FromHours(1));
            if (backups.Times is { } times) AtTimes<BackupJob>(quartz, BackupJob.Tick, times);
            if (backups.DrillTimes is { } drills) AtTimes<BackupDrillJob>(quartz, "BackupDrill", drills);
        });
        return services.AddQuartzHostedService(hosted =>
        {
            hosted.WaitForJobsToComplete = true;
            hosted.AwaitApplicationStarted = true;
            hosted.StartDelay = Pause;
        });
    }

    /// <summary>At the times of a schedule, and in between to make up for one that was missed.</summary>
    private static void AtTimes<TJob>(IServiceCollectionQuartzConfigurator quartz, string name, CronSchedule times) where TJob : IJob
    {
        var job = new JobKey(typeof(TJob).Name);
        quartz.AddJob<TJob>(job);
        quartz.AddTrigger(trigger => trigger.ForJob(job).WithIdentity(name).WithCronSchedule(
            times.QuartzText, cron => cron.InTimeZone(TimeZoneInfo.Utc).WithMisfireHandlingInstructionFireAndProceed()));
        quartz.AddTrigger(trigger => trigger.ForJob(job).WithIdentity(typeof(TJob).Name)
            .StartAt(DateBuilder.FutureDate((int)FirstLook.TotalSeconds, IntervalUnit.Second))
            .WithSimpleSchedule(schedule => schedule
                .WithInterval(NextLook).RepeatForever().WithMisfireHandlingInstructionNextWithRemainingCount()));
    }

    /// <summary>The first run comes one interval after the start, so that a restart under load stays cheap.</summary>
    private static void Every<TJob>(IServiceCollectionQuartzConfigurator quartz, TimeSpan interval) where TJob : IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger
            .WithIdentity(typeof(TJob).Name)
            .StartAt(DateBuilder.FutureDate((int)interval.TotalSeconds, IntervalUnit.Second))
            .WithSimpleSchedule(schedule => schedule
                .WithInterval(interval).RepeatForever().WithMisfireHandlingInstructionNextWithRemainingCount()));
}
