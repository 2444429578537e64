using AuthServer.IntegrationTests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>The one PostgreSQL and the one Redis of a test run, started when the first test asks and stopped at the end.</summary>
public sealed class SharedServers : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresCluster>> Cluster = new(() => PostgresCluster.StartAsync(durable: false));
    private static readonly Lazy<Task<RedisServer>> Cache = new(RedisServer.StartAsync);

    public static Task<PostgresCluster> PostgresAsync() => Cluster.Value;

    public static Task<RedisServer> RedisAsync() => Cache.Value;

    public async ValueTask DisposeAsync()
    {
        if (Cluster.IsValueCreated) (await Cluster.Value).Dispose();
        if (Cache.IsValueCreated) (await Cache.Value).Dispose();
    }
}
