using AuthServer.IntegrationTests.Fixtures;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// The one PostgreSQL, Redis, object storage and SoftHSM of a test run, each started when a test asks and stopped at the end.
/// </summary>
public sealed class SharedServers : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresCluster>> Cluster = new(() => PostgresCluster.StartAsync(durable: false));
    private static readonly Lazy<Task<RedisServer>> Cache = new(RedisServer.StartAsync);
    private static readonly Lazy<Task<S3Server>> Objects = new(S3Server.StartAsync);

    public static Task<PostgresCluster> PostgresAsync() => Cluster.Value;

    public static Task<RedisServer> RedisAsync() => Cache.Value;

    public static Task<S3Server> ObjectsAsync() => Objects.Value;

    public async ValueTask DisposeAsync()
    {
        if (Cluster.IsValueCreated) (await Cluster.Value).Dispose();
        if (Cache.IsValueCreated) (await Cache.Value).Dispose();
        await SoftHsm.DisposeSharedAsync();
        if (Objects.IsValueCreated) await (await Objects.Value).DisposeAsync();
    }
}
