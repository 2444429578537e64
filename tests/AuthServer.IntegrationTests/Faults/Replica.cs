using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>A server process behind a balancer.</summary>
internal sealed class Replica(ServerProcess process, Uri address) : IAsyncDisposable
{
    public Uri Address => address;

    public ServerProcess Process => process;

    /// <summary>What its readiness last said.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Passes on what a client has sent to the address of all replicas.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMessageInvoker http, HttpRequestMessage request, CancellationToken cancellation)
    {
        var asked = request.RequestUri!;
        request.RequestUri = new Uri(address, asked.PathAndQuery);
        // The name that the client asked for, as a proxy passes it on.
        request.Headers.Host = asked.Authority;
        try
        {
            return await http.SendAsync(request, cancellation);
        }
        finally
        {
            request.RequestUri = asked;
        }
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
