using System.Net;
using AuthServer.Clients.Directory;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>PgBouncer in transaction mode between the servers and PostgreSQL.</summary>
public sealed class PgBouncerTests : IAsyncLifetime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private PostgresCluster _cluster = null!;
    private PgBouncer _pooler = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await SharedServers.PostgresAsync();
        _pooler = await PgBouncer.StartAsync(_cluster);
    }

    public ValueTask DisposeAsync()
    {
        _pooler.Dispose();
        return default;
    }

    [Fact]
    public async Task Two_servers_that_start_at_once_migrate_an_empty_database_and_serve_people_at_once()
    {
        var database = await _cluster.CreateDatabaseAsync();
        var starting = Enumerable.Range(0, 2).Select(_ => AuthServerHost.StartAsync(
            new(DatabaseKind.Postgres) { Settings = Settings(database) })).ToList();
        await using var first = await starting[0];
        await using var second = await starting[1];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => UseAsync(n % 2 == 0 ? first : second, n % 2 == 0 ? second : first)));
    }

    [Fact]
    public async Task A_change_reaches_the_other_server_by_the_direct_address()
    {
        var database = await _cluster.CreateDatabaseAsync();
        await using var replicas = await TwoReplicas.StartAsync(
            DatabaseKind.Postgres, [.. Settings(database).Select(s => (s.Key, s.Value)), ("DATABASE_DIRECT_URL", _cluster.Url(database))]);
        await replicas.UntilAsync("both listen", async () => await ListenersAsync(database) == 2, Step);
        var scopes = replicas.Second.Services.GetRequiredService<ScopeDirectory>();
        Assert.False((await scopes.AllAsync(default)).ContainsKey("psql"));
        await _cluster.ExecuteAsync(database, "INSERT INTO scopes (id, name) VALUES (gen_random_uuid(), 'psql')");
        await replicas.UntilAsync("the scope is seen", async () => (await scopes.AllAsync(default)).ContainsKey("psql"));
    }

    [Fact]
    public async Task A_change_reaches_the_other_server_by_redis_where_none_can_listen()
    {
        var database = await _cluster.CreateDatabaseAsync();
        using var redis = await RedisServer.StartAsync();
        await using var replicas = await TwoReplicas.StartAsync(
            DatabaseKind.Postgres, [.. Settings(database).Select(s => (s.Key, s.Value)), ("REDIS_URL", redis.Url)]);
        await replicas.UntilAsync("both are subscribed", async () => await SubscribersAsync(redis) == 2, Step);
        Assert.Equal(0, await ListenersAsync(database));
        for (var round = 0; round < 2; round++)
        {
            var client = round == 0 ? Seed.Machine(replicas.Second.Issuer) : Seed.ResourceServer(replicas.Second.Issuer);
            Assert.NotEqual("invalid_client", (await client.IntrospectAsync("unknown")).Error);
            await replicas.RotateSecretAsync(client);
            await replicas.UntilAsync("the secret has ended", async () => (await client.IntrospectAsync("x")).Error == "invalid_client");
        }

        var scopes = replicas.Second.Services.GetRequiredService<ScopeDirectory>();
        Assert.False((await scopes.AllAsync(default)).ContainsKey("psql"));
        // Nobody tells of this change: it is seen because the connection to Redis comes back.
        await _cluster.ExecuteAsync(database, "INSERT INTO scopes (id, name) VALUES (gen_random_uuid(), 'psql')");
        await redis.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await replicas.UntilAsync("the scope is seen", async () => (await scopes.AllAsync(default)).ContainsKey("psql"));
    }

    private Dictionary<string, string> Settings(string database) => new()
    {
        ["DATABASE_URL"] = _pooler.Url(database), ["DATABASE_POOL_SIZE"] = "4", ["AUTHSERVER_MIGRATE"] = "true",
    };

    private async Task<int> ListenersAsync(string database)
    {
        await using var connection = new NpgsqlConnection(_cluster.ConnectionString(database));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*)::int FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE '% notices' AND query LIKE 'LISTEN%'
            """;
        return (int)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> SubscribersAsync(RedisServer redis) =>
        (int)((RedisResult[])(await redis.ExecuteAsync("PUBSUB", "NUMSUB", "authserver:changes:" + AuthServerHost.IssuerText))!)[1];

    // No sticky sessions: each step may be answered by the other server.
    private static async Task UseAsync(AuthServerHost here, AuthServerHost there)
    {
        var browser = here.NewBrowser();
        await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password);
        var tokens = await Seed.Spa(there.Issuer).RedeemCodeAsync(
            await browser.AuthorizeAsync(Seed.Spa(here.Issuer), "openid profile offline_access notes:read", [("resource", Seed.Api)]));
        for (var i = 0; i < 5; i++)
        {
            tokens = await Seed.Spa(i % 2 == 0 ? here.Issuer : there.Issuer).RefreshAsync(tokens.RefreshToken);
            Assert.True((await Seed.ResourceServer(there.Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);
            Assert.True((await Seed.Machine(here.Issuer).ClientCredentialsAsync("notes:read")).IsOk);
        }

        var api = new ApiCaller(there.Issuer);
        var login = await api.LoginAsync(Seed.Bob);
        Assert.Equal(HttpStatusCode.OK, login.Status);
        Assert.Equal(HttpStatusCode.OK, (await api.RefreshAsync(login.RefreshToken)).Status);
    }
}
