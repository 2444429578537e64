using AuthServer.Users.Providers;

namespace AuthServer.Users.Upstream;

/// <summary>
/// Sends requests to providers by https alone, or on this machine where a provider's issuer is: the other addresses come from its
/// discovery document, and get codes and the client secret.
/// </summary>
internal sealed class SafeAddresses(UpstreamProviders providers) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        providers.All.Any(provider => provider.MayBeAt(request.RequestUri!.OriginalString))
            ? base.SendAsync(request, cancellationToken)
            : throw new HttpRequestException($"The address {request.RequestUri} of a provider is not https.");
}
