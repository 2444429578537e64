using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Mtls;

/// <summary>RFC 8705 section 3: tokens that are bound to a certificate are worth nothing without it.</summary>
public abstract class CertificateBoundTokenTests(CertificateBoundTokenTests.Server fixture)
{
    private const string Secret = "bound-secret-Zr8mB2yLx6QdT4vHj7KsJf5p", Redirect = "https://bound.example.test/cb";

    private const string ExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>The usual people, and clients whose tokens are bound.</summary>
    public abstract class Server(DatabaseKind kind) : IAsyncLifetime
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

        internal X509Certificate2 Own { get; } = ClientAuthority.SelfSigned(new("CN=own"));

        internal X509Certificate2 Other { get; } = ClientAuthority.SelfSigned(new("CN=other"));

        internal AuthServerHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var seed = JsonNode.Parse(await File.ReadAllTextAsync(Seed.File))!.AsObject();
            seed["clients"]!.AsArray().Add(Client("bound-public", "none", "authorization_code", "refresh_token"));
            seed["clients"]!.AsArray().Add(
                MtlsFixture.With(Client("bound-secret", "client_secret_basic", "client_credentials"), "client_secret", Secret));
            seed["clients"]!.AsArray().Add(Gateway("bound-gateway", isBound: true));
            seed["clients"]!.AsArray().Add(Gateway("gateway", isBound: false));
            await File.WriteAllTextAsync(_seed, seed.ToJsonString());
            Host = await AuthServerHost.StartAsync(
                new HostSetup(kind)
                {
                    SeedFile = _seed,
                    Settings = new Dictionary<string, string>
                    {
                        ["MTLS_BASE_URL"] = MtlsFixture.Address, ["MTLS_PROXY_HEADER"] = MtlsFixture.Header,
                        ["TRUSTED_PROXIES"] = "127.0.0.1",
                    },
                });
        }

        public async ValueTask DisposeAsync()
        {
            GC.SuppressFinalize(this);
            if (Host is not null) await Host.DisposeAsync();
            File.Delete(_seed);
            Own.Dispose();
            Other.Dispose();
        }

        // Both may exchange what bound-gateway has.
        private static JsonObject Gateway(string id, bool isBound)
        {
            var client = Client(id, "client_secret_basic", "client_credentials", ExchangeGrant);
            (client["client_secret"], client["tls_client_certificate_bound_access_tokens"]) = (Secret, isBound);
            (client["scope"], client["resources"], client["allowed_resources"]) =
                ("notes:read", new JsonArray(Seed.Api), new JsonArray(Seed.Api));
            client["token_exchange"] = new JsonObject
            {
                ["subject_clients"] = new JsonArray("bound-gateway"), ["audiences"] = new JsonArray(Seed.Api), ["mode"] = "delegation",
            };
            return client;
        }

        private static JsonObject Client(string id, string method, params string[] grants)
        {
            var client = MtlsFixture.Client(id, method);
            client["tls_client_certificate_bound_access_tokens"] = true;
            client["grant_types"] = new JsonArray([.. grants.Select(grant => (JsonNode)grant)]);
            if (method != "none") return client;
            (client["first_party"], client["trusted"]) = (true, true);
            client["redirect_uris"] = new JsonArray(Redirect);
            client["scope"] = "openid email offline_access account:read";
            return client;
        }
    }

    public sealed class OnSqlite() : Server(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : Server(DatabaseKind.Postgres);

    [Fact]
    public async Task A_client_that_shows_no_certificate_gets_no_token_and_one_that_does_gets_one_that_names_it()
    {
        (string, string)[] form = [("grant_type", "client_credentials")];
        var basic = Basic("bound-secret");
        Assert.Equal("invalid_request", (await PostAsync("/connect/token", null, form, basic)).Error);
        var tokens = await PostAsync("/connect/token", fixture.Own, form, basic);
        Assert.Equal("Bearer", tokens.Text("token_type"));
        Assert.Equal(Thumbprint(fixture.Own), Bound(tokens.AccessToken));

        var told = await PostAsync("/connect/introspect", null, [("token", tokens.AccessToken)], basic);
        Assert.True(told.IsActive, told.Body);
        Assert.Equal(Thumbprint(fixture.Own), told.Json.GetProperty("cnf").GetProperty("x5t#S256").GetString());
    }

    [Fact]
    public async Task A_bound_token_opens_userinfo_with_its_certificate_alone()
    {
        var tokens = await SignInAsync("openid email offline_access", resource: null);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/connect/userinfo", tokens.AccessToken, fixture.Own)).Status);
        foreach (var wrong in new[] { fixture.Other, null })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync("/connect/userinfo", tokens.AccessToken, wrong)).Status);
        }

        var byKey = await GetAsync("/connect/userinfo", tokens.AccessToken, fixture.Own, "DPoP");
        Assert.Equal(HttpStatusCode.Unauthorized, byKey.Status);
    }

    [Fact]
    public async Task A_bound_token_opens_the_api_with_its_certificate_alone()
    {
        var tokens = await SignInAsync("openid offline_access account:read", fixture.Host.Issuer.Text + "/v1");
        foreach (var path in new[] { "/v1/users/me", "/v1/account/profile" })
        {
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(path, tokens.AccessToken, fixture.Own)).Status);
            foreach (var wrong in new[] { fixture.Other, null })
            {
                Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(path, tokens.AccessToken, wrong)).Status);
            }
        }
    }

    [Fact]
    public async Task The_refresh_token_of_a_public_client_needs_the_same_certificate()
    {
        var tokens = await SignInAsync("openid email offline_access", resource: null);
        Assert.Equal("invalid_request", (await RefreshAsync(tokens.RefreshToken, null)).Error);
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.RefreshToken, fixture.Other)).Error);
        // Neither has ended the session or used up the token.
        var next = await RefreshAsync(tokens.RefreshToken, fixture.Own);
        Assert.True(next.IsOk, next.Body);
        Assert.Equal(Thumbprint(fixture.Own), Bound(next.AccessToken));
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.RefreshToken, fixture.Other)).Error);
        Assert.True((await RefreshAsync(next.RefreshToken, fixture.Own)).IsOk);
    }

    /// <summary>RFC 8705 section 3: whoever was called with a bound token does not have the key of its certificate.</summary>
    [Fact]
    public async Task A_bound_token_is_exchanged_with_its_certificate_alone_and_gives_one_that_is_bound_again()
    {
        (string, string)[] own = [("grant_type", "client_credentials"), ("scope", "notes:read"), ("resource", Seed.Api)];
        var token = (await PostAsync("/connect/token", fixture.Own, own, Basic("bound-gateway"))).AccessToken;
        (string, string)[] exchange =
        [
            ("grant_type", ExchangeGrant), ("subject_token", token),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"), ("resource", Seed.Api),
        ];
        foreach (var (client, certificate) in new (string, X509Certificate2?)[]
        {
            // What a client that is not registered for bound tokens shows says nothing about them.
            ("bound-gateway", null), ("bound-gateway", fixture.Other), ("gateway", null), ("gateway", fixture.Own),
        })
        {
            var refused = await PostAsync("/connect/token", certificate, exchange, Basic(client));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (refused.Status, refused.Error));
        }

        var answer = await PostAsync("/connect/token", fixture.Own, exchange, Basic("bound-gateway"));
        Assert.True(answer.IsOk, answer.Body);
        Assert.Equal(Thumbprint(fixture.Own), Bound(answer.AccessToken));
    }

    /// <summary>RFC 9449 section 4.3, number 9: at an alias its address is the one of the request (RFC 8705 section 5).</summary>
    [Fact]
    public async Task A_proof_may_name_the_alias_that_discovery_gives_clients_with_certificates()
    {
        using var key = new ProofKey(TimeProvider.System);
        foreach (var (origin, isOurs) in new[]
            { (MtlsFixture.Address, true), (fixture.Host.Issuer.Text, true), ("https://mtls.example.test", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            };
            request.Headers.Add("Authorization", Basic("bound-secret"));
            request.Headers.Add("DPoP", key.Prove("POST", origin + "/connect/token"));
            var answer = await SendAsync(request, fixture.Own);
            Assert.Equal(isOurs ? null : "invalid_dpop_proof", answer.Error);
            if (isOurs) Assert.Equal(Thumbprint(fixture.Own), Bound(answer.AccessToken));
        }
    }

    private async Task<TokenAnswer> SignInAsync(string scope, string? resource)
    {
        var app = new ClientApp(fixture.Host.Issuer, "bound-public", null, Redirect);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var answer = await browser.AuthorizeAsync(app, scope, [("resource", resource)]);
        return await PostAsync("/connect/token", fixture.Own,
            [
                ("grant_type", "authorization_code"), ("client_id", "bound-public"), ("code", answer.Code), ("redirect_uri", Redirect),
                ("code_verifier", answer.Request.Verifier),
            ]);
    }

    private Task<TokenAnswer> RefreshAsync(string token, X509Certificate2? certificate) => PostAsync(
        "/connect/token", certificate, [("grant_type", "refresh_token"), ("client_id", "bound-public"), ("refresh_token", token)]);

    private async Task<TokenAnswer> PostAsync(
        string path, X509Certificate2? certificate, IEnumerable<(string Name, string Value)> form, string? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new FormUrlEncodedContent(form.Select(p => KeyValuePair.Create(p.Name, p.Value))),
        };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await SendAsync(request, certificate);
    }

    private async Task<TokenAnswer> GetAsync(string path, string token, X509Certificate2? certificate, string scheme = "Bearer")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        return await SendAsync(request, certificate);
    }

    private async Task<TokenAnswer> SendAsync(HttpRequestMessage request, X509Certificate2? certificate)
    {
        if (certificate is not null) request.Headers.Add(MtlsFixture.Header, ClientAuthority.HeaderOf(certificate));
        return await TokenAnswer.ReadAsync(await fixture.Host.Issuer.Http.SendAsync(request));
    }

    private static string Basic(string client) =>
        "Basic " + Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{client}:{Secret}"));

    private static string Thumbprint(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawData));

    private static string? Bound(string token) => (string?)JsonNode.Parse(
        new JsonWebToken(token).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetRawText())!["x5t#S256"];
}

public sealed class CertificateBoundTokenOnSqliteTests(CertificateBoundTokenTests.OnSqlite fixture)
    : CertificateBoundTokenTests(fixture), IClassFixture<CertificateBoundTokenTests.OnSqlite>;

public sealed class CertificateBoundTokenOnPostgresTests(CertificateBoundTokenTests.OnPostgres fixture)
    : CertificateBoundTokenTests(fixture), IClassFixture<CertificateBoundTokenTests.OnPostgres>;
