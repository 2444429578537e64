using AuthServer.Keys;
using AuthServer.Sessions;
using Quartz;

namespace AuthServer.Hosting;

/// <summary>Every job that runs by the clock, each with its interval.</summary>
/// <remarks>Each replica runs all of them: they delete by condition, so that two runs at once do no harm.</remarks>
public static class Scheduling
{
    // Because the first answers after a start need the processor more than a scheduler whose first job is due minutes later.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static IServiceCollection AddScheduling(this IServiceCollection services)
    {
        services.AddQuartz(quartz =>
        {
            Every<PurgeJob>(quartz, TimeSpan.FromMinutes(5));
            Every<ApprovalPurgeJob>(quartz, TimeSpan.FromHours(6));
            Every<SessionLimitJob>(quartz, TimeSpan.FromHours(6));
            Every<KeyUpkeepJob>(quartz, TimeSpan.FromHours(1));
        });
        return services.AddQuartzHostedService(hosted =>
        {
            hosted.WaitForJobsToComplete = true;
            hosted.AwaitApplicationStarted = true;
            hosted.StartDelay = Pause;
        });
    }

    /// <summary>The first run comes one interval after the start, so that a restart under load stays cheap.</summary>
    private static void Every<TJob>(IServiceCollectionQuartzConfigurator quartz, TimeSpan interval) where TJob : IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger
            .WithIdentity(typeof(TJob).Name)
            .StartAt(DateBuilder.FutureDate((int)interval.TotalSeconds, IntervalUnit.Second))
            .WithSimpleSchedule(schedule => schedule
                .WithInterval(interval).RepeatForever().WithMisfireHandlingInstructionNextWithRemainingCount()));
}
