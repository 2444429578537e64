using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>Two apps with a cookie of their own, which are told of a sign-out in a frame, and which ask check_session_iframe.</summary>
internal sealed class FramedApps : IAsyncDisposable
{
    public const string One = "framed-one", Two = "framed-two";

    private const string SessionCookie = "session";
    private WebApplication? _site;

    /// <summary>The origins of the apps, by client_id.</summary>
    public IReadOnlyDictionary<string, string> Origins { get; } = new[] { One, Two }.ToDictionary(
        name => name, _ => string.Create(CultureInfo.InvariantCulture, $"https://localhost:{FreePorts.Next()}"));

    /// <summary>What came to a front-channel logout address: the app, iss and sid.</summary>
    public ConcurrentQueue<(string Origin, string? Issuer, string? Sid, bool HadCookie)> Told { get; } = new();

    public IEnumerable<JsonObject> Registrations => Origins.Select(app => new JsonObject
    {
        ["client_id"] = app.Key, ["client_name"] = app.Key, ["token_endpoint_auth_method"] = "none",
        ["redirect_uris"] = new JsonArray(app.Value + "/callback"),
        ["post_logout_redirect_uris"] = new JsonArray(app.Value + "/out"),
        ["frontchannel_logout_uri"] = app.Value + "/front?from=server", ["frontchannel_logout_session_required"] = true,
        ["scope"] = "openid profile email",
    });

    public async Task StartAsync(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseUrls([.. Origins.Values])
            .ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = certificate));
        _site = builder.Build();
        _site.MapGet("/callback", (HttpContext http) =>
        {
            // A cookie of this name for each origin: cookies know no ports.
            http.Response.Cookies.Append(NameOf(http), "in", new() { Secure = true, HttpOnly = true, SameSite = SameSiteMode.None });
            return Results.Text("Signed in");
        });
        _site.MapGet("/front", (HttpContext http) =>
        {
            var query = http.Request.Query;
            Told.Enqueue((OriginOf(http), query["iss"], query["sid"], http.Request.Cookies.ContainsKey(NameOf(http))));
            http.Response.Cookies.Delete(NameOf(http), new() { Secure = true, SameSite = SameSiteMode.None });
            http.Response.Headers.CacheControl = "no-store";
            return Results.Text("Signed out here too");
        });
        _site.MapGet("/out", (HttpRequest request) => Results.Text("Back with " + request.Query["state"]));
        _site.MapGet(
            "/watch", (HttpRequest request) => Results.Text(Watching(request.Query["frame"]!, request.Query["say"]!), "text/html"));
        await _site.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null) await _site.DisposeAsync();
    }

    public static string NameOf(string origin) => SessionCookie + new Uri(origin).Port.ToString(CultureInfo.InvariantCulture);

    private static string NameOf(HttpContext http) => NameOf(OriginOf(http));

    private static string OriginOf(HttpContext http) => $"https://{http.Request.Host}";

    /// <summary>OpenID Connect Session Management 1.0 section 3.1: it asks again and again, and shows the last answer.</summary>
    private static string Watching(string frame, string say)
    {
        string Encoded(string text) => System.Text.Json.JsonSerializer.Serialize(text);
        return $$"""
            <!doctype html><title>Watching</title><p id="answer">none</p><iframe id="op" src={{Encoded(frame)}} hidden></iframe>
            <script>
              var op = document.getElementById("op"), origin = new URL({{Encoded(frame)}}).origin;
              addEventListener("message", function (event) {
                if (event.origin === origin) document.getElementById("answer").textContent = event.data;
              });
              setInterval(function () { op.contentWindow.postMessage({{Encoded(say)}}, origin); }, 100);
            </script>
            """;
    }
}
