using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>
/// A server process with nothing but its embedded database, and a ResourceApi process that trusts it; both spoken to in bytes.
/// </summary>
public sealed class BareServer : IAsyncLifetime
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"bare-{Guid.CreateVersion7():N}");
    private ServerProcess _server = null!;
    private ServerProcess _resource = null!;

    internal RawServer Server { get; private set; } = null!;

    internal RawServer ResourceApi { get; private set; } = null!;

    /// <summary>Errors and worse on either console since the start.</summary>
    public string Failures =>
        string.Join('\n', (_server.Output + "\n" + _server.Errors + "\n" + _resource.Output + "\n" + _resource.Errors).Split('\n')
        .Where(l => l.Contains("fail: ", StringComparison.Ordinal) || l.Contains("crit: ", StringComparison.Ordinal)).Take(20));

    public async ValueTask InitializeAsync()
    {
        var (address, resource) = (ServerProcess.FreeAddress("localhost"), ServerProcess.FreeAddress("localhost"));
        _server = ServerProcess.Start([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", address), ("API_BASE_URL", address)]);
        _resource = ServerProcess.StartProject("ResourceApi",
            [("API_BASE_URL", address), ("ASPNETCORE_URLS", resource), ("RESOURCE_URL", resource),
                ("RESOURCE_DATA", Path.Combine(_data, "notes"))]);
        await _server.ReadyAsync(address);
        await _resource.ReadyAsync(resource);
        (Server, ResourceApi) = (new RawServer(new Uri(address).Port), new RawServer(new Uri(resource).Port));
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _resource.DisposeAsync();
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }
}
