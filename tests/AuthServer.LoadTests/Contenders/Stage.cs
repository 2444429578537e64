using AuthServer.LoadTests.Machine;

namespace AuthServer.LoadTests.Contenders;

/// <summary>What the contenders of one run share: the databases, and our published server.</summary>
internal sealed class Stage(string? published, bool countStatements = false) : IDisposable
{
    private PostgresCluster? _postgres;
    private RedisServer? _redis;
    private string? _ours;
    private string? _api;

    public string? Published { get; } = published;

    /// <summary>ResourceApi, where it was published before.</summary>
    public string? PublishedApi { get; set; }

    /// <summary>An earlier build of our server, published; null when none is compared.</summary>
    public string? PublishedBefore { get; set; }

    /// <summary>Where PostgreSQL runs; null: on the generator's core.</summary>
    public string? DatabaseCore { get; init; }

    public async Task<PostgresCluster> PostgresAsync() => _postgres ??= await PostgresCluster.StartAsync(countStatements, DatabaseCore);

    public async Task<RedisServer> RedisAsync() => _redis ??= await RedisServer.StartAsync();

    public async Task<string> OursAsync() => _ours ??= await PublishedServers.PublishAsync("AuthServer", Published);

    public Task<string> BeforeAsync() => PublishedBefore is { } folder
        ? PublishedServers.PublishAsync("AuthServer", folder)
        : throw new CannotRunException("--before names no earlier build");

    public async Task<string> ApiAsync() => _api ??= await PublishedServers.PublishAsync("ResourceApi", PublishedApi);

    public void Dispose()
    {
        _redis?.Dispose();
        _postgres?.Dispose();
    }
}
