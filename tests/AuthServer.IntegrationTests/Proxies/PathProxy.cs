using System.Net;

namespace AuthServer.IntegrationTests.Proxies;

/// <summary>A proxy that gives one path of a host to the server, and the well-known documents that belong to it.</summary>
/// <param name="path">Such as /auth.</param>
/// <param name="takesAway">The server is asked without the path, as by nginx with a slash behind its proxy_pass.</param>
internal sealed class PathProxy(string path, bool takesAway, HttpMessageHandler server) : DelegatingHandler(server)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        var isWithin = address.AbsolutePath == path || address.AbsolutePath.StartsWith(path + "/", StringComparison.Ordinal);
        var isInserted = address.AbsolutePath.StartsWith("/.well-known/", StringComparison.Ordinal)
            && address.AbsolutePath.EndsWith(path, StringComparison.Ordinal);
        if (!isWithin && !isInserted)
        {
            // Another program has the rest of the host.
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound)
            {
                RequestMessage = request, Content = new StringContent("another program")
            });
        }

        if (isWithin && takesAway) request.RequestUri = new Uri(address, "/" + address.PathAndQuery[path.Length..].TrimStart('/'));
        return Answer(request, address, cancellationToken);
    }

    // The caller asked for the address that it wrote.
    private async Task<HttpResponseMessage> Answer(HttpRequestMessage request, Uri asked, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        request.RequestUri = asked;
        return answer;
    }
}
