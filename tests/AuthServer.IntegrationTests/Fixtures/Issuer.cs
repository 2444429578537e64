using System.Net;
using System.Text.Json;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A running server as its clients see it, in this process or in another.</summary>
/// <param name="Address">The issuer, without a trailing slash where it is used as text.</param>
/// <param name="Connect">Makes a handler that reaches it and follows no redirects.</param>
public sealed record Issuer(Uri Address, Func<HttpMessageHandler> Connect)
{
    private readonly Lazy<HttpClient> _http = new(() => new HttpClient(Connect()) { BaseAddress = Address });

    /// <summary>Without cookies.</summary>
    public HttpClient Http => _http.Value;

    public string Text => Origin + BasePath;

    public string Origin => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Empty, or the path of the issuer without a slash at the end.</summary>
    public string BasePath => Address.AbsolutePath.TrimEnd('/');

    /// <summary>An address of the server, such as /signin, as its pages and its clients write it.</summary>
    public string PathOf(string path) => BasePath + path;

    public static Issuer At(Uri address) => new(address, () => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    public async Task<JsonElement> DiscoverAsync() => await GetJsonAsync(PathOf("/.well-known/openid-configuration"));

    public async Task<JsonElement> GetJsonAsync(string address)
    {
        using var answer = await Http.GetAsync(address);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"GET {address} answered {answer.StatusCode}: {text}");
        }
        return JsonElement.Parse(text);
    }
}
