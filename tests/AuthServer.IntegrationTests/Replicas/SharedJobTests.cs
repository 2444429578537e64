using System.Collections.Concurrent;
using AuthServer.Hosting.Jobs;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>On PostgreSQL the replicas share the times of the jobs.</summary>
public sealed class SharedJobTests
{
    // What the clock of a server is off by; it follows the calls that its scheduler makes.
    private static readonly AsyncLocal<TimeSpan> Skew = new();

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.1);

    static SharedJobTests() => SystemTime.UtcNow = () => TimeProvider.System.GetUtcNow() + Skew.Value;

    [Theory]
    [InlineData(0)]
    [InlineData(61)]
    [InlineData(-61)]
    public async Task Each_time_of_a_job_is_run_by_one_replica_whatever_their_clocks_say(int skew)
    {
        var runs = new Runs();
        await using var replicas = await StartAsync(runs, Plan("every 0.2 s", TimeSpan.FromSeconds(0.2)), TimeSpan.FromSeconds(skew));
        var before = runs.Times.Count;
        await replicas.UntilAsync("ten more have run", () => Task.FromResult(runs.Times.Count >= before + 10));
        Assert.Equal(runs.Times.Distinct(), runs.Times);
    }

    /// <summary>Another replica takes over from one that has died; one whose clock is a minute off has not.</summary>
    [Theory]
    [InlineData(61, 1)]
    [InlineData(-61, 1)]
    [InlineData(300, 2)]
    public async Task A_job_that_is_running_is_run_again_only_when_its_replica_is_silent_for_minutes(int skew, int expected)
    {
        var runs = new Runs { Goes = new TaskCompletionSource() };
        var plan = Plan("often", TimeSpan.FromSeconds(0.2));
        await using var replicas = await StartAsync(runs, plan, TimeSpan.FromSeconds(skew));
        try
        {
            // The second looks for silent ones in the transaction by which it first checks in: a run that it takes over has lost its
            // mark by now, whether or not it runs already.
            Assert.Equal(expected > 1, !runs.Marks.SequenceEqual(await MarksAsync(replicas)));
            await replicas.UntilAsync("it has run as often", () => Task.FromResult(runs.Times.Count >= expected));
            Assert.Equal(expected, runs.Times.Count);
        }
        finally
        {
            // A server that ends waits for it.
            runs.Goes.SetResult();
        }
    }

    [Fact]
    public async Task A_changed_list_changes_what_is_stored_and_an_unchanged_one_nothing()
    {
        await using var replicas = await StartAsync(new Runs(), Plan("never", TimeSpan.FromDays(1)), TimeSpan.Zero);
        var stored = await StoredAsync(replicas);
        Assert.StartsWith("RunJob RunJob never 86400000 ", Assert.Single(stored), StringComparison.Ordinal);

        await ApplyAsync(replicas, Plan("never", TimeSpan.FromDays(1)));
        Assert.Equal(stored, await StoredAsync(replicas));

        await ApplyAsync(replicas, Plan("each hour", TimeSpan.FromHours(1)));
        Assert.StartsWith("RunJob RunJob each hour 3600000 ", Assert.Single(await StoredAsync(replicas)), StringComparison.Ordinal);

        // A replica that does not have it, by its version or its settings, leaves it to the others.
        await ApplyAsync(replicas, new JobPlan([]));
        Assert.Single(await StoredAsync(replicas));
        await ApplyAsync(replicas, new JobPlan([], nameof(RunJob)));
        Assert.Empty(await StoredAsync(replicas));
    }

    /// <summary>A replica of an earlier version does not know the class of a job, and stops its trigger.</summary>
    [Fact]
    public async Task A_trigger_that_was_stopped_by_an_error_goes_on_with_the_next_start()
    {
        await using var replicas = await StartAsync(new Runs(), Plan("never", TimeSpan.FromDays(1)), TimeSpan.Zero);
        await replicas.ExecuteAsync("UPDATE qrtz_triggers SET trigger_state = 'ERROR'");
        await ApplyAsync(replicas, Plan("never", TimeSpan.FromDays(1)));
        Assert.EndsWith(" WAITING", Assert.Single(await StoredAsync(replicas)), StringComparison.Ordinal);
    }

    private static JobPlan Plan(string rhythm, TimeSpan interval) => new(
    [
        new(typeof(RunJob), RunsAgain: true,
            [new(nameof(RunJob), rhythm, trigger => trigger.WithSimpleSchedule(s => s.WithInterval(interval).RepeatForever()))]),
    ]);

    /// <summary>Lets the pause pass that each start makes, until both schedulers have checked in.</summary>
    private static async Task<TwoReplicas> StartAsync(Runs runs, JobPlan plan, TimeSpan skew)
    {
        var replicas = await TwoReplicas.StartAsync(DatabaseKind.Postgres, services =>
        {
            services.Replace(ServiceDescriptor.Singleton(plan));
            services.AddSingleton(runs);
        });
        await replicas.UntilAsync("the first has checked in", async () => (await InstancesAsync(replicas)).Count == 1, Step);
        var first = await InstancesAsync(replicas);
        if (runs.Goes is not null)
        {
            await replicas.UntilAsync("it runs the job", () => Task.FromResult(!runs.Times.IsEmpty));
            Assert.Single(runs.Marks = await MarksAsync(replicas));
        }

        Skew.Value = skew;
        await replicas.StartSecondAsync();
        // It deletes the mark of the first when it takes that for dead.
        await replicas.UntilAsync("the second has, too", async () => (await InstancesAsync(replicas)).Except(first).Any(), Step);
        return replicas;
    }

    private static Task ApplyAsync(TwoReplicas replicas, JobPlan plan) => Task.WhenAll(
        new[] { replicas.First, replicas.Second, replicas.First, replicas.Second }.Select(async host =>
            await plan.ApplyAsync(await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(), default)));

    private static Task<List<string>> StoredAsync(TwoReplicas replicas) =>
        replicas.First.WithDatabaseAsync(db => db.Database.SqlQueryRaw<string>(
            """
            SELECT concat_ws(' ', job_name, trigger_name, description, repeat_interval, start_time, next_fire_time, trigger_state)
              AS "Value"
            FROM qrtz_triggers NATURAL JOIN qrtz_simple_triggers
            """).ToListAsync());

    private static Task<List<string>> InstancesAsync(TwoReplicas replicas) => replicas.First.WithDatabaseAsync(
        db => db.Database.SqlQueryRaw<string>("SELECT instance_name AS \"Value\" FROM qrtz_scheduler_state").ToListAsync());

    /// <summary>The runs that go on, as the replicas see them.</summary>
    private static Task<List<string>> MarksAsync(TwoReplicas replicas) => replicas.First.WithDatabaseAsync(
        db => db.Database.SqlQueryRaw<string>(
            "SELECT entry_id AS \"Value\" FROM qrtz_fired_triggers WHERE state = 'EXECUTING'").ToListAsync());

    private sealed class Runs
    {
        /// <summary>The marks of the runs before the second replica.</summary>
        public List<string> Marks { get; set; } = [];

        /// <summary>The times that were run.</summary>
        public ConcurrentQueue<DateTimeOffset> Times { get; } = new();

        /// <summary>Null: a run ends at once.</summary>
        public TaskCompletionSource? Goes { get; init; }
    }

    [DisallowConcurrentExecution]
    private sealed class RunJob(Runs runs) : IJob
    {
        public async Task Execute(IJobExecutionContext context)
        {
            runs.Times.Enqueue(context.ScheduledFireTimeUtc!.Value);
            if (runs.Goes is { } goes) await goes.Task;
        }
    }
}
