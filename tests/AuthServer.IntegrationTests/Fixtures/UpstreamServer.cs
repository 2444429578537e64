using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A provider of identity over HTTP, which says whatever a test wants it to say.</summary>
public sealed class UpstreamServer : IAsyncDisposable
{
    public const string ClientId = "authplatform", ClientSecret = "a secret that the provider gave";

    private readonly WebApplication _app;
    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "one" };
    private readonly ConcurrentDictionary<string, Grant> _grants = new();

    private readonly TimeProvider _time;
    private int _redeemed;

    private UpstreamServer(WebApplication app, TimeProvider time) => (_app, _time) = (app, time);

    public string Issuer => _app.Urls.First();

    /// <summary>What the discovery document says instead.</summary>
    public Func<HttpContext, Task<bool>>? Discovery { get; set; }

    /// <summary>How often a code was redeemed.</summary>
    public int Redeemed => _redeemed;

    public static async Task<UpstreamServer> StartAsync(TimeProvider time)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = new UpstreamServer(builder.Build(), time);
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>What a server is told of this provider.</summary>
    /// <param name="name">In UPSTREAM_PROVIDERS.</param>
    public IEnumerable<KeyValuePair<string, string>> SettingsOf(string name)
    {
        var key = "UPSTREAM_" + name.ToUpperInvariant() + "_";
        return
        [
            new(key + "ISSUER", Issuer), new(key + "CLIENT_ID", ClientId), new(key + "CLIENT_SECRET", ClientSecret),
        ];
    }

    /// <summary>The claims of a person whom nobody knows yet.</summary>
    public static Dictionary<string, object> NewPerson(DateTimeOffset signedInAt, string? email = null, bool verified = true)
    {
        var id = Guid.CreateVersion7().ToString("N");
        return new()
        {
            ["sub"] = "sub-" + id, ["email"] = email ?? id + "@example.test", ["email_verified"] = verified, ["given_name"] = "Uma",
            ["family_name"] = "Upstream", ["auth_time"] = signedInAt.ToUnixTimeSeconds(),
        };
    }

    /// <summary>The person signs in and allows: the address that the browser goes back to.</summary>
    /// <param name="request">Where the server has sent the browser.</param>
    /// <param name="person">The claims of the ID token.</param>
    /// <param name="change">Lies about the ID token.</param>
    public string Approve(
        Uri? request, IReadOnlyDictionary<string, object> person, Action<Dictionary<string, object>>? change = null,
        Func<UpstreamServer, IDictionary<string, string?>, IDictionary<string, string?>>? response = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(person);
        Assert.StartsWith(Issuer + "/authorize?", request.AbsoluteUri, StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(request.Query);
        Assert.Equal("S256", asked["code_challenge_method"]);
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Issuer, ["aud"] = ClientId, ["iat"] = now, ["exp"] = now + 300, ["nonce"] = asked["nonce"].ToString(),
        };
        foreach (var (name, value) in person) claims[name] = value;
        change?.Invoke(claims);
        _grants[code] = new(asked["code_challenge"].ToString(), asked["redirect_uri"].ToString(), claims);
        IDictionary<string, string?> answer = new Dictionary<string, string?>
        {
            ["code"] = code, ["state"] = asked["state"].ToString(), ["iss"] = Issuer,
        };
        answer = response?.Invoke(this, answer) ?? answer;
        return QueryHelpers.AddQueryString(new Uri(asked["redirect_uri"].ToString()).AbsolutePath, answer);
    }

    public static string Refuse(Uri? request, string error, string? issuer)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asked = QueryHelpers.ParseQuery(request.Query);
        var answer = new Dictionary<string, string?> { ["error"] = error, ["state"] = asked["state"].ToString(), ["iss"] = issuer };
        return QueryHelpers.AddQueryString(new Uri(asked["redirect_uri"].ToString()).AbsolutePath, answer);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        switch (http.Request.Path.Value)
        {
            case "/.well-known/openid-configuration":
                if (Discovery is { } other && await other(http)) return;
                http.Response.ContentType = "application/json";
                await http.Response.WriteAsync(DiscoveryText());
                return;
            case "/jwks":
                var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(_key);
                await JsonAsync(
                    http,
                    new { keys = new[] { new { kty = key.Kty, crv = key.Crv, x = key.X, y = key.Y, kid = _key.KeyId, use = "sig" } } });
                return;
            case "/token":
                await RedeemAsync(http);
                return;
            default:
                http.Response.StatusCode = 404;
                return;
        }
    }

    public string DiscoveryText() => JsonSerializer.Serialize(new
    {
        issuer = Issuer,
        authorization_endpoint = Issuer + "/authorize",
        token_endpoint = Issuer + "/token",
        jwks_uri = Issuer + "/jwks",
        response_types_supported = new[] { "code" },
        grant_types_supported = new[] { "authorization_code" },
        response_modes_supported = new[] { "query", "form_post" },
        subject_types_supported = new[] { "public" },
        id_token_signing_alg_values_supported = new[] { "ES256" },
        scopes_supported = new[] { "openid", "email", "profile" },
        code_challenge_methods_supported = new[] { "S256" },
        token_endpoint_auth_methods_supported = new[] { "client_secret_basic" },
        authorization_response_iss_parameter_supported = true,
    });

    private async Task RedeemAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var credentials = AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var header)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter ?? "")).Split(':').Select(Uri.UnescapeDataString).ToArray()
            : [];
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (credentials is not [ClientId, _] || credentials[1].Replace('+', ' ') != ClientSecret
            || !_grants.TryRemove(form["code"].ToString(), out var grant)
            || grant.Challenge != challenge || grant.RedirectUri != form["redirect_uri"])
        {
            http.Response.StatusCode = 400;
            await JsonAsync(http, new { error = "invalid_grant" });
            return;
        }

        Interlocked.Increment(ref _redeemed);
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(grant.Claims), new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256));
        await JsonAsync(http, new { access_token = "none", token_type = "Bearer", expires_in = 60, id_token = token });
    }

    private static Task JsonAsync(HttpContext http, object body)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(JsonSerializer.Serialize(body));
    }

    private sealed record Grant(string Challenge, string RedirectUri, Dictionary<string, object> Claims);
}
