namespace AuthServer.IntegrationTests.Faults;

/// <summary>PostgreSQL and Redis go away under server processes at work, and come back or are replaced.</summary>
public sealed class SurroundingFaultTests(Surroundings surroundings, ITestOutputHelper output) : IClassFixture<Surroundings>
{
    [Fact]
    public Task PostgreSQL_is_killed_and_started_again() => surroundings.EndureAsync(output,
        new Fault("PostgreSQL killed and started again", async _ =>
        {
            surroundings.Primary.Kill();
            await surroundings.Primary.StartAgainAsync();
        }));

    [Fact]
    public Task PostgreSQL_fails_over_to_its_standby_and_the_old_primary_comes_back_as_the_standby_of_the_new_one() =>
        surroundings.EndureAsync(output,
            new Fault("failover to the standby", async _ =>
            {
                surroundings.Primary.Kill();
                await surroundings.PromoteAsync();
            }),
            new Fault("the old primary back as a standby", _ => surroundings.OldPrimaryReturnsAsync(), IsNoticed: false),
            // Each server looks for a host anew, and finds both.
            new Fault("all connections cut beside the returned one", _ => surroundings.CutAsync()));

    /// <summary>The servers keep their connections, but their statements are refused (25006): a pool must not stay there.</summary>
    [Fact]
    public Task A_primary_that_takes_no_writes_any_more_is_left_for_the_one_that_does() => surroundings.EndureAsync(output,
        new Fault("no more writes at the primary, the standby promoted", async _ =>
        {
            await surroundings.Primary.RefuseWritesAsync();
            await surroundings.PromoteAsync();
        }),
        new Fault("the one without writes back as a standby", _ => surroundings.OldPrimaryReturnsAsync()));

    [Fact]
    public Task Redis_is_stopped_started_again_emptied_full_and_slow_and_no_request_fails() => surroundings.EndureAsync(output,
        new Fault("Redis stopped", _ => surroundings.ServersSayAsync("Redis is not used now", () =>
        {
            surroundings.Redis.Stop();
            return Task.CompletedTask;
        }), IsNoticed: false),
        new Fault("Redis started again", _ =>
            surroundings.ServersSayAsync("Redis is used again", surroundings.Redis.StartAgainAsync), IsNoticed: false),
        new Fault("Redis emptied", _ => surroundings.Redis.ExecuteAsync("FLUSHALL"), IsNoticed: false),
        new Fault("Redis full, then with room again", async traffic =>
        {
            await surroundings.ServersSayAsync("Redis is not used now", () => surroundings.Redis.ExecuteAsync(
                "CONFIG", "SET", "maxmemory", 1, "maxmemory-policy", "noeviction"));
            await traffic.GoOnAsync();
            await surroundings.ServersSayAsync(
                "Redis is used again", () => surroundings.Redis.ExecuteAsync("CONFIG", "SET", "maxmemory", 0));
        }, IsNoticed: false),
        new Fault("Redis slow (200 ms), then quick again", async traffic =>
        {
            await surroundings.ServersSayAsync("Redis is not used now", () => AnswersTakeAsync(TimeSpan.FromMilliseconds(200)));
            await traffic.GoOnAsync();
            await surroundings.ServersSayAsync("Redis is used again", () => AnswersTakeAsync(TimeSpan.Zero));
        }, IsNoticed: false));

    private Task AnswersTakeAsync(TimeSpan delay)
    {
        surroundings.ToRedis.Delay = delay;
        return Task.CompletedTask;
    }
}
