using AuthServer.Clients.Directory;
using AuthServer.Data.Redis;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>How changes are told where PgBouncer in transaction mode stands between the servers and PostgreSQL.</summary>
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
        _pooler?.Dispose();
        return default;
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
        // A command tells, as a server does.
        Assert.True((await scopes.ApisAsync(default)).Resources.ContainsKey(Seed.Nameless));
        var (code, _, errors) = await ServerProcess.RunAsync(
            [
                ("DATABASE_URL", _pooler.Url(database)), ("REDIS_URL", redis.Url), ("API_BASE_URL", AuthServerHost.IssuerText),
                ("SECRET_KEY", AuthServerHost.SecretKey), ("JWT_SECRET", AuthServerHost.JwtSecret),
            ],
            "resources", "delete", Seed.Nameless, "--yes");
        Assert.True(code == 0, errors);
        await replicas.UntilAsync(
            "the resource has gone", async () => !(await scopes.ApisAsync(default)).Resources.ContainsKey(Seed.Nameless));
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
        (int)((RedisResult[])(await redis.ExecuteAsync("PUBSUB", "NUMSUB", RedisNames.Changes(AuthServerHost.IssuerText)))!)[1];
}
