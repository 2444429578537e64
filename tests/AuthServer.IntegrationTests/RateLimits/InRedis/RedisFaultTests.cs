using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>
/// A Redis that is slow, full, read-only or refuses: requests go on, one line says so, and another one that it is used again.
/// </summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private const int PerHour = 40;

    private RedisServer _redis = null!;
    private ConnectionMultiplexer _connection = null!;
    private Replicas _replicas = null!;

    private IDatabase Admin => _connection.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_redis.Port},allowAdmin=true");
        _replicas = await Replicas.StartAsync(
            _redis.Url, count: 1, ("RATE_LIMIT_PER_HOUR", $"{PerHour}"), ("REDIS_TIMEOUT_MILLISECONDS", "200"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_replicas is not null) await _replicas.DisposeAsync();
        if (_connection is not null) await _connection.DisposeAsync();
        _redis?.Dispose();
    }

    [Fact]
    public Task It_does_not_answer() => FailsAsync(
        "it does not answer in time", () => Admin.ExecuteAsync("CLIENT", "PAUSE", 3500, "ALL"), () => Task.CompletedTask);

    [Fact]
    public Task Its_memory_is_full() => FailsAsync(
        "OOM", () => Admin.ExecuteAsync("CONFIG", "SET", "maxmemory", 1, "maxmemory-policy", "noeviction"),
        () => Admin.ExecuteAsync("CONFIG", "SET", "maxmemory", 0));

    [Fact]
    public Task It_takes_no_scripts_of_this_user() => FailsAsync(
        "", () => Admin.ExecuteAsync("ACL", "SETUSER", "default", "-evalsha", "-eval"),
        () => Admin.ExecuteAsync("ACL", "SETUSER", "default", "+@all"));

    [Fact]
    public Task It_became_a_replica() => FailsAsync(
        "", () => Admin.ExecuteAsync("REPLICAOF", "127.0.0.1", 1), () => Admin.ExecuteAsync("REPLICAOF", "NO", "ONE"));

    [Fact]
    public Task It_has_another_password() => FailsAsync(
        "", async () =>
        {
            await Admin.ExecuteAsync("CONFIG", "SET", "requirepass", "another");
            await Admin.ExecuteAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        },
        () => Admin.ExecuteAsync("CONFIG", "SET", "requirepass", ""));

    [Fact]
    public async Task It_is_full_when_a_server_starts()
    {
        await Admin.ExecuteAsync("CONFIG", "SET", "maxmemory", 1, "maxmemory-policy", "noeviction");
        await using var late = await Replicas.StartAsync(_redis.Url, count: 1);
        Assert.True(late.AreAway);
        Assert.StartsWith("Redis is not used now: OOM", Assert.Single(late.Log.All), StringComparison.Ordinal);
        await Admin.ExecuteAsync("CONFIG", "SET", "maxmemory", 0);
        await Replicas.WaitUntilAsync(() => late.AreUp);
    }

    [Fact]
    public async Task It_forgot_its_scripts()
    {
        await Admin.ExecuteAsync("SCRIPT", "FLUSH");
        await CountsOnAsync("203.0.113.40");
    }

    [Fact]
    public async Task Its_keys_hold_something_else()
    {
        const string address = "203.0.113.41";
        (await _replicas.SendAsync(address)).Dispose();
        foreach (var key in (string[])(await Admin.ExecuteAsync("KEYS", "authplatform:*"))!)
        {
            await Admin.ExecuteAsync("DEL", key);
            await Admin.ExecuteAsync("LPUSH", key, "something else");
        }
        await CountsOnAsync(address);
    }

    [Fact]
    public async Task It_was_emptied_and_this_server_still_knows_who_used_up_a_budget()
    {
        const string address = "203.0.113.42";
        for (var i = 0; i < PerHour; i++) (await _replicas.SendAsync(address)).Dispose();
        await Admin.ExecuteAsync("FLUSHALL");
        using var refused = await _replicas.SendAsync(address);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        await CountsOnAsync("203.0.113.43");
    }

    private async Task FailsAsync(string reason, Func<Task> fail, Func<Task> mend)
    {
        await Replicas.WaitUntilAsync(() => _replicas.AreUp);
        var lines = _replicas.Log.All.Count;
        await fail();
        try
        {
            var began = TimeProvider.System.GetTimestamp();
            for (var i = 0; i < 20; i++)
            {
                using var answer = await _replicas.SendAsync("203.0.113.44");
                Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.NotFound, HttpStatusCode.TooManyRequests });
            }
            Assert.True(_replicas.AreAway);
            // Those after the first do not wait: all together would take 4 s otherwise.
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3), "Requests waited for Redis.");
            var said = Assert.Single(_replicas.Log.All.Skip(lines));
            Assert.StartsWith("Redis is not used now: " + reason, said, StringComparison.Ordinal);
        }
        finally
        {
            await mend();
        }
        await Replicas.WaitUntilAsync(() => _replicas.AreUp);
        await Replicas.WaitUntilAsync(() => _replicas.Log.All.Count == lines + 2);
        Assert.StartsWith("Redis is used again", _replicas.Log.All.Last(), StringComparison.Ordinal);
    }

    /// <summary>Nothing of it is an outage.</summary>
    private async Task CountsOnAsync(string address)
    {
        await Replicas.WaitUntilAsync(() => _replicas.AreUp);
        var lines = _replicas.Log.All.Count;
        for (var i = 1; i <= 3; i++)
        {
            using var answer = await _replicas.SendAsync(address);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        Assert.True(_replicas.AreUp);
        Assert.Equal(lines, _replicas.Log.All.Count);
    }
}
