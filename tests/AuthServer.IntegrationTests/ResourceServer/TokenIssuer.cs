using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>An authorization server of which the API sees only discovery and JWKS, and which signs whatever a test wants.</summary>
internal sealed class TokenIssuer : HttpMessageHandler
{
    public const string Address = "https://issuer.example.test";
    public const string Alice = "0199c3a5-7f31-7c52-9a4e-1f6b2d83c901";
    public const string Bob = "0199c3a5-7f31-7c52-9a4e-1f6b2d83c902";

    private static readonly JsonWebTokenHandler Tokens = new() { SetDefaultTimesOnTokenCreation = false };
    private volatile ECDsaSecurityKey _key = NewKey();

    /// <summary>Whether discovery and JWKS answer.</summary>
    public bool Answers { get; set; } = true;

    /// <summary>Tokens whose sessions have ended, as introspection tells.</summary>
    public HashSet<string> Ended { get; } = [];

    public ECDsaSecurityKey Key => _key;

    /// <summary>Publishes a new key instead of the old one and signs with it.</summary>
    public void RotateKey() => _key = NewKey();

    public string Issue(
        Action<Dictionary<string, object>>? change = null, string type = "at+jwt", SecurityKey? key = null,
        string algorithm = SecurityAlgorithms.EcdsaSha256)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Address,
            ["aud"] = ApiHost.Resource,
            ["sub"] = Alice,
            ["client_id"] = "notebook",
            ["scope"] = "openid notes:read notes:write payments:write",
            ["iat"] = now,
            ["nbf"] = now,
            ["exp"] = now + 900,
            ["auth_time"] = now,
            ["jti"] = Guid.CreateVersion7().ToString(),
        };
        change?.Invoke(claims);
        return Tokens.CreateToken(new SecurityTokenDescriptor
        {
            Claims = claims,
            TokenType = type,
            SigningCredentials = new SigningCredentials(key ?? _key, algorithm),
        });
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!Answers) return new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("") };
        var sent = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        object content = request.RequestUri!.AbsolutePath switch
        {
            "/.well-known/openid-configuration" =>
                new { issuer = Address, jwks_uri = $"{Address}/jwks", introspection_endpoint = $"{Address}/introspect" },
            "/introspect" when request.Headers.Authorization?.ToString() != "Basic bm90ZXM6YSUzQQ==" => new { error = "invalid_client" },
            "/introspect" => new { active = !Ended.Any(token => sent.Contains(token, StringComparison.Ordinal)) },
            "/jwks" => new { keys = new[] { PublicJwk(_key) } },
            var other => throw new InvalidOperationException($"The API asked its issuer for {other}."),
        };
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = JsonContent.Create(content) };
    }

    public static ECDsaSecurityKey NewKey() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = Guid.CreateVersion7().ToString() };

    private static Dictionary<string, string> PublicJwk(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new()
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["use"] = "sig",
            ["alg"] = "ES256",
            ["kid"] = key.KeyId,
            ["x"] = Base64UrlEncoder.Encode(point.X),
            ["y"] = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
