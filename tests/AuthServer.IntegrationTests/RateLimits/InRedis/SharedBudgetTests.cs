using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>The hourly budget of the JSON API over several servers.</summary>
public sealed class SharedBudgetTests
{
    private const int PerHour = 25;

    [Fact]
    public async Task Of_many_calls_at_once_at_two_servers_exactly_the_budget_is_admitted()
    {
        var redis = await SharedServers.RedisAsync();
        await using var replicas = await StartAsync(redis);
        Assert.Equal(PerHour, await replicas.AdmittedAsync(3 * PerHour, "203.0.113.1"));
        using var refused = await replicas.SendAsync("203.0.113.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 3500, 3600);
        Assert.StartsWith("\"hour\";r=0;t=", Assert.Single(refused.Headers.GetValues("RateLimit")), StringComparison.Ordinal);

        // Another address has its own, and each server tells what is left of all of it.
        for (var i = 1; i <= 4; i++)
        {
            using var answer = await replicas.SendAsync("203.0.113.2");
            var left = Assert.Single(answer.Headers.GetValues("RateLimit"));
            Assert.StartsWith($"\"hour\";r={PerHour - i};t=", left, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stopped_redis_is_told_once_each_server_goes_on_from_what_it_knows_and_it_is_used_again_by_itself()
    {
        using var redis = await RedisServer.StartAsync();
        await using var replicas = await StartAsync(redis);
        for (var i = 0; i < 6; i++) (await replicas.SendAsync("203.0.113.3")).Dispose();
        redis.Stop();
        var (one, other) = (await AdmittedOfAsync(replicas, 0), await AdmittedOfAsync(replicas, 1));
        // One server has heard of all six calls, the other one of five.
        Assert.Equal([PerHour - 6, PerHour - 5], new[] { one, other }.Order());
        Assert.True(replicas.AreAway);
        Assert.Equal(2, replicas.Log.All.Count(line => line.StartsWith("Redis is not used now: ", StringComparison.Ordinal)));
        foreach (var host in replicas.Hosts)
            Assert.Equal("degraded", (await ManagementView.ReadinessOfAsync(host.Services)).GetProperty("redis").GetString());

        await redis.StartAgainAsync();
        await Replicas.WaitUntilAsync(() => replicas.AreUp);
        Assert.Equal(2, replicas.Log.All.Count(line => line.StartsWith("Redis is used again", StringComparison.Ordinal)));
        Assert.Equal(4, replicas.Log.All.Count);
        Assert.Equal(PerHour, await replicas.AdmittedAsync(2 * PerHour, "203.0.113.4"));
    }

    private static async Task<int> AdmittedOfAsync(Replicas replicas, int host)
    {
        var admitted = 0;
        for (var i = 0; i < PerHour; i++)
        {
            using var answer = await Replicas.SendAsync(replicas.Hosts[host], "203.0.113.3");
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) admitted++;
        }
        return admitted;
    }

    private static Task<Replicas> StartAsync(RedisServer redis) =>
        Replicas.StartAsync(redis.Url, count: 2, ("RATE_LIMIT_PER_HOUR", $"{PerHour}"));
}
