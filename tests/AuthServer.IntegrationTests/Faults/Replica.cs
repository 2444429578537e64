using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>A server process behind a balancer.</summary>
internal sealed class Replica(ServerProcess process, Uri address) : IAsyncDisposable
{
    public Uri Address => address;

    public ServerProcess Process => process;

    /// <summary>What its readiness last said.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Kills it with SIGKILL.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
