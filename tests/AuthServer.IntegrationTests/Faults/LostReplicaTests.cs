using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>Replicas that are killed, added and stopped while clients work.</summary>
public sealed class LostReplicaTests(ITestOutputHelper output)
{
    // Each client has at most one request at a replica: refreshes, userinfo, sign-in, client_credentials.
    private const int MostAtOnce = 11;

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
        await first.DisposeAsync();
        await traffic.GoOnAsync();
        replicas.Balancer.Remove(first);
        await replicas.StartAsync();
        await traffic.GoOnAsync();
        await traffic.EndAsync();
        output.WriteLine($"kill -9 of one of three: {traffic}");

        traffic.NothingWrong();
        Assert.InRange(traffic.Failures, 0, MostAtOnce);
        await HeldSessions.MatchAsync(database, traffic, unknown: traffic.Failures);
    }
}
