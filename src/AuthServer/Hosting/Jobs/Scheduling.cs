using AuthServer.Backup;
using AuthServer.Backup.Schedule;
using AuthServer.Data.Connection;
using AuthServer.Keys;
using AuthServer.Sessions;
using AuthServer.Users.MyAccount;
using Quartz;
using Quartz.Impl.AdoJobStore.Common;

namespace AuthServer.Hosting.Jobs;

/// <summary>Every job that runs by the clock, each with its interval.</summary>
/// <remarks>
/// On PostgreSQL one replica runs each of them, whichever is first; the embedded database has one process. A job may still run twice, when
/// a replica is taken for dead: each deletes by condition, or looks first whether its work is done.
/// </remarks>
public static class Scheduling
{
    // How soon a backup that was missed is made after a start, and how often is looked for one.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(2), NextLook = TimeSpan.FromMinutes(15);

    // The clocks of replicas may differ by a minute and more: one that is late must not be taken for dead while its job runs. A job of a
    // replica that has died is free again after the two.
    private static readonly TimeSpan CheckIn = TimeSpan.FromSeconds(30), Leeway = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddScheduling(
        this IServiceCollection services, BackupScheduleOptions backups, DatabaseOptions database)
    {
        if (!database.IsEmbedded) services.AddSingleton<IDbProvider, JobConnections>();
        services.AddQuartz(quartz =>
        {
            quartz.SchedulerName = "AuthServer";
            // Each process is a replica of its own; with an id that Quartz makes it warns.
            quartz.SchedulerId = $"{Environment.MachineName}-{Guid.CreateVersion7():N}";
            if (database.IsEmbedded) quartz.UseInMemoryStore();
            else UseDatabase(quartz);
        });
        services.AddSingleton(new JobPlan(
        [
            Every<PurgeJob>(TimeSpan.FromMinutes(5)),
            Every<ApprovalPurgeJob>(TimeSpan.FromHours(6)),
            Every<SessionLimitJob>(TimeSpan.FromHours(6)),
            Every<UnusedClientJob>(TimeSpan.FromMinutes(30)),
            Every<DueDeletionJob>(TimeSpan.FromHours(1)),
            Every<KeyUpkeepJob>(TimeSpan.FromHours(1)),
            .. AtTimes<BackupJob>(BackupJob.Tick, backups.Times),
            .. AtTimes<BackupDrillJob>("BackupDrill", backups.DrillTimes),
        ]));
        return services.AddHostedService<JobScheduler>();
    }

    private static void UseDatabase(IServiceCollectionQuartzConfigurator quartz)
    {
        quartz.UsePersistentStore(store =>
        {
            // Our migrations make the tables.
            store.PerformSchemaValidation = false;
            store.UseProperties = true;
            // A process that ends does not wait for threads that only wait.
            store.SetProperty("quartz.jobStore.makeThreadsDaemons", "true");
            store.UseSerializer<JobDataText>();
            store.UsePostgres(postgres =>
            {
                postgres.TablePrefix = "qrtz_";
                postgres.UseConnectionProvider<JobConnections>();
            });
            store.UseClustering(cluster => (cluster.CheckinInterval, cluster.CheckinMisfireThreshold) = (CheckIn, Leeway));
        });
    }

    /// <summary>The first run comes one interval after the job is first planned, so that a restart under load stays cheap.</summary>
    private static PlannedJob Every<TJob>(TimeSpan interval) where TJob : IJob => new(
        typeof(TJob), RunsAgain: true, [new(typeof(TJob).Name, $"every {interval}", trigger => Repeat(trigger, interval, interval))]);

    /// <summary>At the times of a schedule, and in between to make up for one that was missed.</summary>
    private static IEnumerable<PlannedJob> AtTimes<TJob>(string name, CronSchedule? times) where TJob : IJob => times is null ? [] :
    [
        new(typeof(TJob), RunsAgain: false,
        [
            new(name, $"at {times.QuartzText}", trigger => trigger.WithCronSchedule(
                times.QuartzText, cron => cron.InTimeZone(TimeZoneInfo.Utc).WithMisfireHandlingInstructionFireAndProceed())),
            new(typeof(TJob).Name, $"every {NextLook}", trigger => Repeat(trigger, FirstLook, NextLook)),
        ]),
    ];

    private static TriggerBuilder Repeat(TriggerBuilder trigger, TimeSpan first, TimeSpan interval) => trigger
        .StartAt(DateBuilder.FutureDate((int)first.TotalSeconds, IntervalUnit.Second))
        .WithSimpleSchedule(schedule => schedule
            .WithInterval(interval).RepeatForever().WithMisfireHandlingInstructionNextWithRemainingCount());
}
