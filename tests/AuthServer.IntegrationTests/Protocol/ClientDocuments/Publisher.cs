using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>A server of somebody else that publishes documents in which apps describe themselves.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    public const string Host = "app.publisher.test";

    /// <summary>Written with the letter а of Cyrillic, as browsers send it.</summary>
    public const string Homograph = "xn--pp-6kc.publisher.test";

    /// <summary>A host inside: OUTBOUND_ALLOWED_HOSTS names it.</summary>
    public const string Inside = "inside.publisher.test";

    private readonly WebApplication _app;
    private readonly X509Certificate2 _root;
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _requests = new(StringComparer.Ordinal);

    private Publisher(WebApplication app, X509Certificate2 root) => (_app, _root) = (app, root);

    public int Port => new Uri(_app.Urls.Single()).Port;

    /// <summary>Trusts the authority of this server, and no other.</summary>
    public SslClientAuthenticationOptions Tls => new()
    {
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { _root }, RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    public static async Task<Publisher> StartAsync()
    {
        using var authority = new TestAuthority("publishers");
        var (certificate, key) = authority.Issue(Host, [Host, "*.publisher.test"]);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var served = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(served)));
        var server = new Publisher(builder.Build(), X509Certificate2.CreateFromPem(authority.Pem));
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public string AddressOf(string path, string host = Host) => $"https://{host}:{Port}{path}";

    public int RequestsFor(string path) => _requests.GetValueOrDefault(path);

    /// <summary>Publishes a document of a public client with one address to return to.</summary>
    /// <returns>The client id.</returns>
    public string Publish(string path, Action<JsonObject>? change = null, string? cacheControl = null)
    {
        var document = new JsonObject
        {
            ["client_id"] = AddressOf(path),
            ["client_name"] = "Notebook",
            ["redirect_uris"] = new JsonArray("https://app.publisher.test/cb"),
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["token_endpoint_auth_method"] = "none",
        };
        change?.Invoke(document);
        PublishText(path, document.ToJsonString(), cacheControl: cacheControl);
        return AddressOf(path);
    }

    public void PublishText(
        string path, string text, string type = "application/json", int status = StatusCodes.Status200OK, string? cacheControl = null) =>
        PublishBy(path, http =>
        {
            (http.Response.StatusCode, http.Response.ContentType) = (status, type);
            if (cacheControl is not null) http.Response.Headers.CacheControl = cacheControl;
            return http.Response.WriteAsync(text);
        });

    /// <summary>Takes logout tokens at a path.</summary>
    public ConcurrentQueue<string> TakeLogouts(string path)
    {
        var told = new ConcurrentQueue<string>();
        PublishBy(path, async http => told.Enqueue((await http.Request.ReadFormAsync())["logout_token"].ToString()));
        return told;
    }

    public void PublishBy(string path, Func<HttpContext, Task> answer) => _answers[path] = answer;

    public void Withdraw(string path) => _answers.TryRemove(path, out _);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _root.Dispose();
    }

    private Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        _requests.AddOrUpdate(path, 1, (_, count) => count + 1);
        if (_answers.TryGetValue(path, out var answer)) return answer(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
