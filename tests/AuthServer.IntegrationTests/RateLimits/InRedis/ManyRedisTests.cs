using System.Globalization;
using System.Net;
using AuthServer.IntegrationTests.Doctor;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>A Redis Cluster, one that sentinels watch, and one behind a socket, each with its passwords.</summary>
public sealed class ManyRedisTests : IDisposable
{
    private const int PerHour = 25;

    private readonly string _folder = Directory.CreateTempSubdirectory("authserver-redis-").FullName;
    private readonly List<RedisServer> _servers = [];

    public void Dispose()
    {
        _servers.ForEach(server => server.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_cluster_of_three_primaries_counts_exactly_and_spreads_the_counters()
    {
        for (var i = 0; i < 3; i++)
        {
            await AddAsync("--cluster-enabled", "yes", "--cluster-port", $"{FreePorts.Next()}",
                "--cluster-config-file", $"nodes-{i}.conf");
        }
        string[] nodes = [.. _servers.Select(s => $"127.0.0.1:{s.Port}")];
        await ChildProcess.RunAsync("redis-cli", ["--cluster", "create", .. nodes, "--cluster-yes", "--cluster-replicas", "0"]);
        var url = "redis://" + string.Join(',', _servers.Take(2).Select(s => $"127.0.0.1:{s.Port}"));
        await using var replicas = await StartAsync(url, 2);
        // The nodes may still tell each other who has which slots.
        await Replicas.WaitUntilAsync(() => replicas.AreUp);
        for (var i = 0; i < 4; i++) Assert.Equal(PerHour, await replicas.AdmittedAsync(PerHour + 10, $"203.0.113.{i}"));
        var browser = replicas.Hosts[0].NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.SignInAsync(Seed.Alice)).Status);
        Assert.True(replicas.AreUp);
        var keys = new List<int>();
        foreach (var server in _servers) keys.Add(int.Parse((string)(await server.ExecuteAsync("DBSIZE"))!, CultureInfo.InvariantCulture));
        Assert.True(keys.Count(count => count > 0) > 1, $"The nodes have {string.Join(", ", keys)} keys.");
        (await DoctorRun.OfAsync([("AUTHSERVER_DATA", _folder), ("REDIS_URL", url)])).Has("Redis", "ok", "version 7.");
    }

    [Fact]
    public async Task When_sentinels_make_another_server_the_primary_it_is_used()
    {
        var first = await AddAsync("--requirepass", "hunter2", "--masterauth", "hunter2");
        var second = await AddAsync(
            "--requirepass", "hunter2", "--masterauth", "hunter2", "--replicaof", $"127.0.0.1 {first.Port}",
            "--repl-diskless-sync-delay", "0");
        var file = Path.Combine(_folder, "sentinel.conf");
        await File.WriteAllTextAsync(file, $"""
            requirepass hunter3
            sentinel monitor counters 127.0.0.1 {first.Port} 1
            sentinel auth-pass counters hunter2
            sentinel down-after-milliseconds counters 500
            sentinel failover-timeout counters 2000

            """);
        var sentinel = await RedisServer.StartSentinelAsync(file);
        _servers.Add(sentinel);
        await using var replicas = await StartAsync(
            $"redis+sentinel://:hunter2@127.0.0.1:{sentinel.Port}/counters/0", 1, ("REDIS_SENTINEL_PASSWORD", "hunter3"));
        Assert.Equal(PerHour, await replicas.AdmittedAsync(PerHour + 5, "203.0.113.1"));
        Assert.True(replicas.AreUp);
        await Eventually.UntilAsync("the second has the counters", async () => (string?)await second.ExecuteAsync("DBSIZE") != "0");

        first.Stop();
        using (var answer = await replicas.SendAsync("203.0.113.2")) Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        await Replicas.WaitUntilAsync(() => replicas.AreAway);
        await Replicas.WaitUntilAsync(() => replicas.AreUp);
        // Counted there, with what was counted before.
        Assert.Equal(PerHour, await replicas.AdmittedAsync(PerHour + 5, "203.0.113.3"));
        Assert.Equal(0, await replicas.AdmittedAsync(3, "203.0.113.1"));
    }

    [Fact]
    public async Task A_socket_is_used_and_a_redis_that_only_the_sentinels_would_know_keeps_nothing_from_starting()
    {
        var socket = Path.Combine(_folder, "redis.sock");
        await AddAsync("--unixsocket", socket, "--requirepass", "hunter2");
        var url = $"unix://:hunter2@{socket}?db=1";
        await using var replicas = await StartAsync(url, 1);
        Assert.True(replicas.AreUp);
        Assert.Equal(PerHour, await replicas.AdmittedAsync(PerHour + 5, "203.0.113.1"));
        var run = await DoctorRun.OfAsync([("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("REDIS_URL", url)]);
        run.Has("Redis", "ok", "version 7.");
        run.HasNone("wrong");

        await using var alone = await StartAsync("redis+sentinel://127.0.0.1:1/counters", 1);
        Assert.True(alone.AreAway);
        Assert.Equal(PerHour, await alone.AdmittedAsync(PerHour + 5, "203.0.113.1"));
    }

    private async Task<RedisServer> AddAsync(params string[] settings)
    {
        // A replica writes down what it gets, and a server reads it at its start.
        var server = await RedisServer.StartAsync("--port", ["--dir", _folder, "--dbfilename", $"{_servers.Count}.rdb", .. settings]);
        _servers.Add(server);
        return server;
    }

    private static Task<Replicas> StartAsync(string url, int count, params (string Key, string Value)[] settings) =>
        Replicas.StartAsync(url, count, [("RATE_LIMIT_PER_HOUR", $"{PerHour}"), .. settings]);
}
