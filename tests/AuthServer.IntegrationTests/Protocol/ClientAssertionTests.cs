using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>private_key_jwt: RFC 7523 section 3 and OpenID Connect Core 9.</summary>
public abstract class ClientAssertionTests(DatabaseKind kind) : IAsyncLifetime
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");
    private AuthServerHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(_key) { KeyId = "k1" });
        await File.WriteAllTextAsync(_seed, JsonSerializer.Serialize(new
        {
            scopes = new[] { new { name = "notes:read", description = "Read", resources = new[] { Seed.Api } } },
            clients = new[]
            {
                new
                {
                    client_id = "signed", client_name = "Signed", token_endpoint_auth_method = "private_key_jwt", grant_types = new[] { "client_credentials" },
                    scope = "notes:read", jwks = new { keys = new[] { new { kty = "EC", crv = "P-256", x = jwk.X, y = jwk.Y, kid = "k1", use = "sig", alg = "ES256" } } },
                },
            },
        }));
        _host = await AuthServerHost.StartAsync(new HostSetup(kind) { SeedFile = _seed });
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _host.DisposeAsync();
        File.Delete(_seed);
        _key.Dispose();
    }

    [Theory]
    [InlineData("JWT", "")]
    [InlineData(null, "")]
    [InlineData("client-authentication+jwt", "")]
    [InlineData("JWT", "/connect/token")]
    public async Task An_assertion_for_the_issuer_or_the_token_endpoint_signs_the_client_in(string? typ, string path)
    {
        var answer = await SendAsync(Assertion(typ, _host.Issuer.Text + path));
        Assert.True(answer.IsOk, answer.Body);
    }

    [Fact]
    public async Task An_assertion_counts_once_however_many_send_it_at_once()
    {
        var assertion = Assertion("JWT", _host.Issuer.Text);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(assertion)));
        Assert.Single(answers, a => a.IsOk);
        Assert.Equal(7, answers.Count(a => a.Error == "invalid_client"));
    }

    [Fact]
    public async Task Another_audience_another_key_another_type_an_old_or_endless_assertion_are_refused()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] wrong =
        [
            Assertion("JWT", "https://other.example.test"),
            Assertion("at+jwt", _host.Issuer.Text),
            Assertion("JWT", _host.Issuer.Text, key: stranger),
            Assertion("JWT", _host.Issuer.Text, life: TimeSpan.FromMinutes(-1)),
            Assertion("JWT", _host.Issuer.Text, life: TimeSpan.FromDays(1)),
            Assertion("JWT", _host.Issuer.Text, jti: null),
            Assertion("JWT", _host.Issuer.Text, subject: "somebody-else"),
        ];
        foreach (var assertion in wrong)
        {
            var answer = await SendAsync(assertion);
            Assert.True(answer.Error is "invalid_client" or "invalid_request", $"{(int)answer.Status} {answer.Body} for {new JsonWebToken(assertion).EncodedPayload}");
        }
    }

    private Task<TokenAnswer> SendAsync(string assertion) => new ClientApp(_host.Issuer, "signed", null, "").ClientCredentialsAsync(
        "notes:read", ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion));

    private string Assertion(
        string? typ, string audience, ECDsa? key = null, TimeSpan? life = null, string? jti = "new", string subject = "signed")
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object> { ["sub"] = subject };
        if (jti is not null) claims["jti"] = Guid.CreateVersion7().ToString();
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var token = handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = "signed", Audience = audience, Claims = claims, TokenType = typ ?? "JWT",
            IssuedAt = now.UtcDateTime.AddMinutes(-2), Expires = (now + (life ?? TimeSpan.FromMinutes(2))).UtcDateTime,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key ?? _key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256),
        });
        if (typ is not null) return token;

        // The handler always writes a typ; without one the header is signed anew.
        var payload = token.Split('.')[1];
        var head = Base64UrlEncoder.Encode("""{"alg":"ES256","kid":"k1"}""") + "." + payload;
        return head + "." + Base64UrlEncoder.Encode((key ?? _key).SignData(System.Text.Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256));
    }
}

public sealed class ClientAssertionOnSqliteTests() : ClientAssertionTests(DatabaseKind.Sqlite);

public sealed class ClientAssertionOnPostgresTests() : ClientAssertionTests(DatabaseKind.Postgres);
