using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Replicas that are killed, added and stopped while clients work.</summary>
public sealed class LostReplicaTests(ITestOutputHelper output)
{
    // Each client has a request there, and may have another on a connection that broke.
    private const int MostFailures = 2 * Traffic.Clients;

    [Fact]
    public async Task A_replica_that_is_killed_costs_the_requests_that_it_had_and_nothing_else()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var replicas = new Replicas(database);
        var first = await replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File));
        await replicas.StartAsync();
        await replicas.StartAsync();
        var traffic = new Traffic(replicas.Issuer);
        await traffic.StartAsync();
        await traffic.GoOnAsync();
        Assert.Equal(0, traffic.Next().Failures);
        await replicas.KillAsync(first);
        await traffic.GoOnAsync();
        replicas.Balancer.Remove(first);
        await replicas.StartAsync();
        await traffic.GoOnAsync();
        await traffic.EndAsync();
        output.WriteLine($"kill -9 of one of three: {traffic}");

        traffic.NothingWrong();
        Assert.InRange(traffic.Tally.Failures, 0, MostFailures);
        await HeldSessions.MatchAsync(database, traffic);
    }

    [Fact]
    public async Task A_replica_that_is_added_and_one_that_is_stopped_cost_no_request()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var replicas = new Replicas(database, ("DRAIN_TIME", "3s"));
        var first = await replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File));
        var traffic = new Traffic(replicas.Issuer);
        await traffic.StartAsync();
        await traffic.GoOnAsync();
        Assert.Equal(0, traffic.Next().Failures);
        await replicas.StartAsync();
        await traffic.GoOnAsync();
        // The balancer finds out by the readiness alone.
        Assert.Equal(0, await replicas.StopAsync(first));
        await traffic.GoOnAsync();
        await traffic.EndAsync();
        output.WriteLine($"one added, one stopped: {traffic}");

        traffic.NothingWrong();
        Assert.True(traffic.Tally.Failures == 0, traffic.ToString());
        await HeldSessions.MatchAsync(database, traffic);
    }
}
