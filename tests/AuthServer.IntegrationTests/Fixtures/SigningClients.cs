using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A server with clients that sign their requests, and their key.</summary>
public abstract class SigningClients(DatabaseKind kind) : HostFixture(kind)
{
    /// <summary>A registered address that this server must not ask.</summary>
    public const string InsideAt = "https://10.20.30.40/request.jwt";

    private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

    private readonly WebApplication _published = NewServer();

    private int _asked;

    /// <summary>What the client "free" publishes at its registered address.</summary>
    public string? Published { get; set; }

    /// <summary>How often somebody has asked for it.</summary>
    public int Asked => _asked;

    public string PublishedAt => new Uri(new Uri(_published.Urls.Single()), "/request.jwt").ToString();

    /// <summary>Another one, for a test that counts: what an address has answered is kept for some seconds.</summary>
    public string CountedAt => new Uri(new Uri(_published.Urls.Single()), "/counted.jwt").ToString();

    /// <summary>An address of the same client that sends whoever asks to <see cref="PublishedAt"/>.</summary>
    public string MovedAt => new Uri(new Uri(_published.Urls.Single()), "/moved.jwt").ToString();

    /// <summary>Another address of the same client, with the same content.</summary>
    public string AlsoPublishedAt => new Uri(new Uri(_published.Urls.Single()), "/other.jwt").ToString();

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ClientApp App(string clientId) => new(Issuer, clientId, null, $"https://{clientId}.example.test/cb");

    /// <summary>The request as a signed object of the client.</summary>
    public string Sign(
        string clientId, AuthorizationRequest request, Action<JsonObject>? change = null, string? typ = "oauth-authz-req+jwt",
        ECDsa? key = null, bool isCritical = false)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = clientId, ["aud"] = Issuer.Text, ["exp"] = now + 300, ["nbf"] = now, ["iat"] = now,
        };
        foreach (var (name, value) in QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..]))
        {
            claims[name] = value.ToString();
        }

        change?.Invoke(claims);
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = "k1" };
        if (typ is not null) header["typ"] = typ;
        // RFC 7515 section 4.1.11: an extension that must be understood.
        if (isCritical) (header["crit"], header["x"]) = (new JsonArray("x"), 1);
        var signed = Base64UrlEncoder.Encode(header.ToJsonString()) + "." + Base64UrlEncoder.Encode(claims.ToJsonString());
        var signature = (key ?? Key).SignData(System.Text.Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return signed + "." + Base64UrlEncoder.Encode(signature);
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _published.Run(http =>
        {
            Interlocked.Increment(ref _asked);
            if (http.Request.Path == "/moved.jwt")
            {
                http.Response.Redirect(PublishedAt);
                return Task.CompletedTask;
            }

            return http.Response.WriteAsync(Published ?? "");
        });
        _published.Start();
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(Key) { KeyId = "k1" });
        File.WriteAllText(_seed, new JsonObject
        {
            ["clients"] = new JsonArray(
                NewClient("free", jwk, ("request_uris", new JsonArray(PublishedAt, AlsoPublishedAt, CountedAt, MovedAt, InsideAt))),
                NewClient("strict", jwk, ("require_signed_request_object", true)),
                NewClient("rsa", jwk, ("request_object_signing_alg", "RS256")),
                NewClient("elliptic", jwk, ("authorization_signed_response_alg", "ES256"))),
            ["users"] = new JsonArray(new JsonObject
            {
                ["email"] = Seed.Alice.Email, ["password"] = Seed.Alice.Password, ["first_name"] = "Alice", ["last_name"] = "Archer",
            }),
        }.ToJsonString());
        return setup with
        {
            SeedFile = _seed, Time = null,
            Settings = new Dictionary<string, string>
            {
                ["OUTBOUND_ALLOWED_HOSTS"] = new Uri(PublishedAt).Authority, ["TRUSTED_PROXIES"] = "127.0.0.1",
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _published.DisposeAsync();
        File.Delete(_seed);
        Key.Dispose();
        GC.SuppressFinalize(this);
    }

    private static WebApplication NewServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    private static JsonObject NewClient(string clientId, JsonWebKey jwk, (string Name, JsonNode Value) member) => new()
    {
        ["client_id"] = clientId,
        ["token_endpoint_auth_method"] = "none",
        ["redirect_uris"] = new JsonArray($"https://{clientId}.example.test/cb"),
        ["scope"] = "openid email",
        ["trusted"] = true,
        ["jwks"] = new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC", ["crv"] = "P-256", ["x"] = jwk.X, ["y"] = jwk.Y, ["kid"] = "k1", ["use"] = "sig", ["alg"] = "ES256",
            }),
        },
        [member.Name] = member.Value,
    };

    public sealed class OnSqlite() : SigningClients(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : SigningClients(DatabaseKind.Postgres);
}
