using AuthServer.Keys;
using AuthServer.Sessions;
using Quartz;

namespace AuthServer.Hosting;

/// <summary>Every job that runs by the clock, with its rhythm. Each replica runs them: they delete by condition, so twice is no harm.</summary>
public static class Scheduling
{
    public static IServiceCollection AddScheduling(this IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            quartz.Every<PurgeJob>(TimeSpan.FromMinutes(5));
            quartz.Every<ApprovalPurgeJob>(TimeSpan.FromHours(6));
            quartz.Every<KeyPruneJob>(TimeSpan.FromHours(6));
        });
        return services.AddQuartzHostedService(hosted =>
        {
            hosted.AwaitApplicationStarted = true;
            hosted.WaitForJobsToComplete = true;
        });
    }

    /// <summary>The first run comes one interval after the start, so that a restart under load stays cheap.</summary>
    private static void Every<TJob>(this IServiceCollectionQuartzConfigurator quartz, TimeSpan interval) where TJob : IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger
            .WithIdentity(typeof(TJob).Name)
            .StartAt(DateBuilder.FutureDate((int)interval.TotalSeconds, IntervalUnit.Second))
            .WithSimpleSchedule(schedule => schedule.WithInterval(interval).RepeatForever().WithMisfireHandlingInstructionNextWithRemainingCount()));
}
