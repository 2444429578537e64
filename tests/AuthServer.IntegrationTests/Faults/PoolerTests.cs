using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Npgsql;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>PgBouncer in transaction mode between server processes at work and PostgreSQL.</summary>
public sealed class PoolerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Servers_that_start_at_once_share_few_connections_and_outlive_a_restart_of_the_pooler()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, migrated: false);
        using var pooler = await PgBouncer.StartAsync(await SharedServers.PostgresAsync());
        var url = pooler.Url(new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!);
        await using var replicas = new Replicas(database, ("DATABASE_URL", url), ("AUTHSERVER_MIGRATE", "true"));
        // Both find an empty database.
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => replicas.StartAsync(null, ("AUTHSERVER_SEED", Seed.File))));
        var traffic = new Traffic(replicas.Issuer);
        await traffic.StartAsync();
        await traffic.GoOnAsync(rounds: 20);
        var api = new ApiCaller(replicas.Issuer);
        var login = await api.LoginAsync(Seed.Bob);
        Assert.Equal(HttpStatusCode.OK, login.Status);
        Assert.Equal(HttpStatusCode.OK, (await api.RefreshAsync(login.RefreshToken)).Status);
        output.WriteLine($"PgBouncer with 5 connections: {traffic}");
        Assert.Equal(0, traffic.Next().Failures);

        pooler.Kill();
        await pooler.StartAgainAsync();
        await traffic.GoOnAsync();
        output.WriteLine($"PgBouncer killed and started again: {traffic}");
        var figures = traffic.Next();
        Assert.Equal(figures.Of(HttpStatusCode.ServiceUnavailable), figures.Failures);
        await traffic.GoOnAsync();
        Assert.True(traffic.Tally.Failures == 0, $"After the recovery: {traffic}");
        await traffic.EndAsync();
        traffic.NothingWrong();
        await HeldSessions.MatchAsync(database, traffic);
    }
}
