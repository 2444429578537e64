using System.Data.Common;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Quartz;
using Quartz.Impl.Matchers;

namespace AuthServer.IntegrationTests.Replicas;

public sealed class JobConnectionTests
{
    /// <summary>Quartz waits on a thread of the pool, which the answers that would give a connection back may need.</summary>
    [Fact]
    public async Task The_scheduler_does_not_wait_while_requests_use_all_their_connections()
    {
        await using var host = await AuthServerHost.StartAsync(new(DatabaseKind.Postgres)
        {
            Settings = new Dictionary<string, string> { ["DATABASE_POOL_SIZE"] = "1", ["DATABASE_MAX_OVERFLOW"] = "1" },
        });
        var scheduler = await host.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);
        var source = host.Services.GetRequiredService<DbDataSource>();
        await using var one = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var other = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);

        var asked = Task.Run(() => scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup(), TestContext.Current.CancellationToken));
        // Less than the 15 seconds after which it would have given up.
        Assert.NotNull(await asked.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }
}
