using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A server with a REDIS_URL.</summary>
public sealed class RedisTests
{
    [Fact]
    public async Task A_server_is_ready_with_its_redis()
    {
        var redis = await SharedServers.RedisAsync();
        await using var host = await StartAsync(redis.Url);
        Assert.Equal("ok", (await ManagementView.ReadinessOfAsync(host.Services)).GetProperty("redis").GetString());
    }

    private static Task<AuthServerHost> StartAsync(string url) => AuthServerHost.StartAsync(
        new HostSetup(DatabaseKind.Sqlite) { SeedFile = null, Settings = new Dictionary<string, string> { ["REDIS_URL"] = url } });
}
