using System.Net;
using System.Net.Http.Headers;
using AuthServer.Configuration;
using AuthServer.Outbound;
using AuthServer.Users.Providers;

namespace AuthServer.Users.Upstream;

/// <summary>
/// Asks providers. All addresses but that of the discovery document come from that document, and get codes and the client secret: they must
/// be https and public, or those of the operator's own settings.
/// </summary>
internal sealed class ProviderHttp : IDisposable
{
    // A person waits.
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private const int LargestAnswer = 512 * 1024;

    // Some providers say it of their keys; OpenIddict asks for plain JSON.
    private const string KeySet = "application/jwk-set+json";

    private readonly UpstreamProviders _providers;
    private readonly SafeHttp _http;

    public ProviderHttp(UpstreamProviders providers, OutboundOptions options, HostLookup lookup, TimeProvider time)
    {
        _providers = providers;
        var own = new OutboundOptions
        {
            AllowedHostNames = [.. options.AllowedHostNames, .. providers.All.Where(p => p.Preset == UpstreamPreset.Oidc).Select(HostOf)],
        };
        own.Check(new SettingProblems());
        _http = new(own, lookup, time);
    }

    /// <exception cref="HttpRequestException">There is no answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (!_providers.All.Any(provider => provider.MayBeAt(address.OriginalString)))
            throw new HttpRequestException($"The address {address} of a provider is not https.");
        var answer = await _http.SendAsync(
            new OutboundRequest(address)
            {
                Method = request.Method, Content = request.Content, Authorization = request.Headers.Authorization?.ToString(),
                MediaTypes = TypesOf(request), LongestBody = LargestAnswer, TimeLimit = LongestAnswer,
            },
            cancellationToken);
        return answer switch
        {
            OutboundAnswer.Answered answered => MessageOf(answered, request),
            OutboundAnswer.Failed failed => throw new HttpRequestException($"{address}: {failed.Reason}"),
            _ => throw new ArgumentOutOfRangeException(nameof(request)),
        };
    }

    public void Dispose() => _http.Dispose();

    // With the port, so that nothing else on the machine is reached.
    private static string HostOf(UpstreamProvider provider)
    {
        var issuer = new Uri(provider.Issuer);
        var host = issuer.HostNameType == UriHostNameType.IPv6 ? $"[{issuer.IdnHost}]" : issuer.IdnHost;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{host}:{issuer.Port}");
    }

    private static string[]? TypesOf(HttpRequestMessage request) =>
        request.Headers.Accept is { Count: > 0 } types ? [.. types.Select(type => type.MediaType!), KeySet] : null;

    private static HttpResponseMessage MessageOf(OutboundAnswer.Answered answer, HttpRequestMessage request)
    {
        var content = new ByteArrayContent(answer.Body);
        if (answer.MediaType is { } type) content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return new((HttpStatusCode)answer.Status) { Content = content, RequestMessage = request };
    }
}

/// <summary>Takes the requests of OpenIddict's client, and hands none on.</summary>
internal sealed class ProviderRequests(ProviderHttp http) : DelegatingHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        http.SendAsync(request, cancellationToken);
}
