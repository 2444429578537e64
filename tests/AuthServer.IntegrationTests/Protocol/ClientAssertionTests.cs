using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>private_key_jwt: RFC 7523 section 3 and OpenID Connect Core 9.</summary>
public abstract class ClientAssertionTests(ClientAssertionTests.Signing fixture)
{
    private readonly AuthServerHost _host = fixture.Host;
    private readonly ECDsa _key = fixture.Key;

    /// <summary>A server with clients that sign, and their key.</summary>
    public abstract class Signing(DatabaseKind kind) : IAsyncLifetime
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

        public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public AuthServerHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(Key) { KeyId = "k1" });
            await File.WriteAllTextAsync(_seed, JsonSerializer.Serialize(new
            {
                scopes = new[] { new { name = "notes:read", description = "Read", resources = new[] { Seed.Api } } },
                clients = new[] { ("signed", "issuer"), ("older", "token_endpoint") }.Select(client =>
                    new
                    {
                        client_id = client.Item1, client_assertion_audience = client.Item2, client_name = "Signed",
                            token_endpoint_auth_method = "private_key_jwt", grant_types = new[] { "client_credentials" },
                        scope = "notes:read",
                            jwks = new { keys = new[] { new { kty = "EC", crv = "P-256", x = jwk.X, y = jwk.Y, kid = "k1", use = "sig",
                                alg = "ES256" } } },
                    }),
            }));
            Host = await AuthServerHost.StartAsync(new HostSetup(kind) { SeedFile = _seed });
        }

        public async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            if (Host is not null) await Host.DisposeAsync();
            File.Delete(_seed);
            Key.Dispose();
        }
    }

    public sealed class OnSqlite() : Signing(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : Signing(DatabaseKind.Postgres);

    [Theory]
    [InlineData("JWT")]
    [InlineData(null)]
    [InlineData("client-authentication+jwt")]
    public async Task An_assertion_for_the_issuer_signs_the_client_in(string? typ)
    {
        var answer = await SendAsync(Assertion(typ, _host.Issuer.Text));
        Assert.True(answer.IsOk, answer.Body);
    }

    /// <summary>RFC 10070: another server could name our endpoint as its own and pass on what its clients sign.</summary>
    [Theory]
    [InlineData("signed", "", true)]
    // As libraries write it that keep addresses as URL objects.
    [InlineData("signed", "/", true)]
    [InlineData("signed", "//", false)]
    [InlineData("signed", "/connect/token", false)]
    [InlineData("older", "", true)]
    [InlineData("older", "/connect/token", true)]
    [InlineData("older", "/connect/introspect", false)]
    public async Task An_assertion_for_the_token_endpoint_counts_only_where_the_registration_says_so(
        string clientId, string path, bool counts)
    {
        var answer = await SendAsync(Assertion("JWT", _host.Issuer.Text + path, subject: clientId, issuer: clientId), clientId);
        Assert.Equal(counts ? null : "invalid_client", answer.Error);
        Assert.Equal(counts, answer.IsOk);
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
            Assert.True(
                answer.Error == "invalid_client", $"{(int)answer.Status} {answer.Body} for {new JsonWebToken(assertion).EncodedPayload}");
        }
    }

    /// <summary>RFC 7521 section 4.2.1: whatever is wrong with an assertion is a failed authentication of the client.</summary>
    [Theory]
    [InlineData("""{"aud":["ISSUER","https://other.example.test"]}""", "aud")]
    [InlineData("""{"aud":[]}""", "aud")]
    [InlineData("""{"aud":7}""", "aud")]
    [InlineData("""{"exp":null}""", "exp")]
    [InlineData("""{"exp":"soon"}""", "exp")]
    [InlineData("""{"exp":1e300}""", "exp")]
    [InlineData("""{"exp":253402300799}""", "exp")]
    [InlineData("""{"jti":null}""", "jti")]
    [InlineData("""{"jti":7}""", "jti")]
    [InlineData("""{"nbf":99999999999}""", "nbf")]
    [InlineData("""{"nbf":"x"}""", "nbf")]
    [InlineData("""{"iat":99999999999}""", "iat")]
    [InlineData("""{"iss":"somebody"}""", "iss")]
    [InlineData("""{"sub":null}""", "client")]
    public async Task A_claim_that_is_missing_or_wrong_is_invalid_client_and_named(string changes, string named)
    {
        var answer = await SendAsync(Signed("""{"alg":"ES256","kid":"k1"}""", changes));
        Assert.Equal("invalid_client", answer.Error);
        Assert.Contains(named, answer.Text("error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","kid":"k1","crit":["exp"]}""", "crit")]
    [InlineData("""{"alg":"HS256"}""", "algorithm")]
    [InlineData("""{"alg":"none"}""", "algorithm")]
    [InlineData("""{"alg":"RS256","kid":"k1"}""", "signature")]
    [InlineData("""{"alg":"ES512","kid":"k1"}""", "signature")]
    [InlineData("""{"alg":"ES256","kid":"k2"}""", "signature")]
    [InlineData("""{"alg":"ES256","typ":7}""", "typ")]
    public async Task A_header_that_is_not_understood_is_invalid_client_and_named(string header, string named)
    {
        var answer = await SendAsync(Signed(header, "{}"));
        Assert.Equal("invalid_client", answer.Error);
        Assert.Contains(named, answer.Text("error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.e30")]
    [InlineData("W10.W10.e30")]
    [InlineData("e30.eyJqdGkiOiJcdWQ4MDAifQ.e30")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJzaWduZWQifQ.!")]
    public async Task A_text_that_is_no_assertion_is_invalid_client(string text) =>
        Assert.Equal("invalid_client", (await SendAsync(text)).Error);

    private string Signed(string header, string changes)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = "signed", ["sub"] = "signed", ["aud"] = _host.Issuer.Text, ["exp"] = now + 60,
            ["jti"] = Guid.CreateVersion7().ToString() };
        foreach (
            var (name, value) in JsonNode.Parse(changes.Replace("ISSUER", _host.Issuer.Text, StringComparison.Ordinal))!.AsObject()
                .ToList())
        {
            claims[name] = value?.DeepClone();
        }
        var text = Base64UrlEncoder.Encode(header) + "." + Base64UrlEncoder.Encode(claims.ToJsonString());
        return text + "." + Base64UrlEncoder.Encode(_key.SignData(System.Text.Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
    }

    private Task<TokenAnswer> SendAsync(string assertion, string clientId = "signed") =>
        new ClientApp(_host.Issuer, clientId, null, "").ClientCredentialsAsync(
        "notes:read", ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion));

    private string Assertion(
        string? typ, string audience, ECDsa? key = null, TimeSpan? life = null, string? jti = "new", string subject = "signed",
        string issuer = "signed")
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object> { ["sub"] = subject };
        if (jti is not null) claims["jti"] = Guid.CreateVersion7().ToString();
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var token = handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer, Audience = audience, Claims = claims, TokenType = typ ?? "JWT",
            IssuedAt = now.UtcDateTime.AddMinutes(-2), Expires = (now + (life ?? TimeSpan.FromMinutes(2))).UtcDateTime,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key ?? _key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256),
        });
        if (typ is not null) return token;

        // The handler always writes a typ; without one the header is signed anew.
        var payload = token.Split('.')[1];
        var head = Base64UrlEncoder.Encode("""{"alg":"ES256","kid":"k1"}""") + "." + payload;
        return head + "." + Base64UrlEncoder.Encode((key
            ?? _key).SignData(System.Text.Encoding.ASCII.GetBytes(head), HashAlgorithmName.SHA256));
    }
}

public sealed class ClientAssertionOnSqliteTests(ClientAssertionTests.OnSqlite fixture)
    : ClientAssertionTests(fixture), IClassFixture<ClientAssertionTests.OnSqlite>;

public sealed class ClientAssertionOnPostgresTests(ClientAssertionTests.OnPostgres fixture)
    : ClientAssertionTests(fixture), IClassFixture<ClientAssertionTests.OnPostgres>;
