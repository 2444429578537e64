using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Quartz.Impl.Matchers;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The jobs of the clock, made from the services of a running server.</summary>
public abstract class SchedulingTests(HostFixture fixture)
{
    [Fact]
    public async Task Every_job_has_its_rhythm_and_runs_without_an_error()
    {
        var stop = TestContext.Current.CancellationToken;
        var scheduler = await fixture.Host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(stop);
        var ends = new Ends(expected: 5);
        scheduler.ListenerManager.AddJobListener(ends);
        // The server starts it a second after its own start.
        while (!scheduler.IsStarted)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(0.1));
            await Task.Delay(10, stop);
        }

        var rhythms = new Dictionary<string, TimeSpan>();
        foreach (var key in await scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup(), stop))
        {
            var trigger = (ISimpleTrigger)Assert.Single(await scheduler.GetTriggersOfJob(key, stop));
            rhythms[trigger.Key.Name] = trigger.RepeatInterval;
            await scheduler.TriggerJob(key, stop);
        }

        await ends.All.WaitAsync(TimeSpan.FromSeconds(90), stop);
        Assert.Empty(ends.Errors);
        Assert.Equal(
            new()
            {
                ["PurgeJob"] = TimeSpan.FromMinutes(5),
                ["ApprovalPurgeJob"] = TimeSpan.FromHours(6),
                ["SessionLimitJob"] = TimeSpan.FromHours(6),
                ["UnusedClientJob"] = TimeSpan.FromMinutes(30),
                ["KeyUpkeepJob"] = TimeSpan.FromHours(1),
                ["DueDeletionJob"] = TimeSpan.FromHours(1),
            },
            rhythms);
    }

    private sealed class Ends(int expected) : IJobListener
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = expected;

        public string Name => "ends";

        public Task All => _all.Task;

        public List<JobExecutionException> Errors { get; } = [];

        public Task JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task JobExecutionVetoed(IJobExecutionContext context, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task JobWasExecuted(
            IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default)
        {
            lock (Errors)
            {
                if (jobException is not null) Errors.Add(jobException);
                if (--_left == 0) _all.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }

    public sealed class OnSqlite(SqliteHost fixture) : SchedulingTests(fixture), IClassFixture<SqliteHost>;

    /// <summary>The times are in the database, shared by replicas.</summary>
    public sealed class OnPostgres(PostgresHost fixture) : SchedulingTests(fixture), IClassFixture<PostgresHost>;
}
