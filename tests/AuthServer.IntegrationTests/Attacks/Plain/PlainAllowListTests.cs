using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>
/// The plain way takes what is on its lists and nothing else: a header, a certificate or a registration that may demand more goes to
/// OpenIddict.
/// </summary>
public sealed class PlainAllowListTests(PlainAllowListTests.Servers servers) : IClassFixture<PlainAllowListTests.Servers>
{
    private const string MachineSecret = "machine-secret-9fPq4WcJ6sVgN1tX5aKe";

    private static readonly string[] Harmless =
        ["User-Agent", "traceparent", "Sec-Fetch-Site", "X-Forwarded-For", "X-Request-ID", "Accept-Language", "Cache-Control", "Referer"];

    public static TheoryData<string, string> Demanding => new()
    {
        { "DPoP", "e30.e30.x" }, { "Signature", "sig1=:x:" }, { "Signature-Input", "sig1=()" }, { "Client-Cert", ":x:" },
        { "Client-Cert-Chain", ":x:" },
        { "X-Forwarded-Client-Cert", "x" }, { "X-SSL-Client-Cert", "x" }, { "Content-Encoding", "identity" },
        { "Accept", "application/jwt" },
        { "Accept", "application/token-introspection+jwt" }, { "Accept", "*/*, application/jwt;q=0.1" }, { "X-Whatever-Comes-Next", "1" },
        { Certificates.Header, "1" },
    };

    [Theory]
    [MemberData(nameof(Demanding))]
    public async Task A_header_or_certificate_that_is_not_on_the_list_goes_the_long_way(string name, string value)
    {
        foreach (var draft in await servers.RightAsync())
        {
            // A header about a body needs one.
            if (name.StartsWith("Content-", StringComparison.Ordinal) && draft.Method == "GET") continue;
            Assert.True(await servers.IsPlainAsync(draft), draft.Describe());
            Assert.False(await servers.IsPlainAsync(draft.Header(name, value)), draft.Header(name, value).Describe());
        }
    }

    [Fact]
    public async Task Headers_that_say_nothing_about_the_protocol_do_not_matter()
    {
        foreach (var draft in await servers.RightAsync())
        {
            Assert.True(
                await servers.IsPlainAsync(
                    Harmless.Aggregate(draft, (d, name) => d.Header(name, "x")).Header("Accept", "application/json, text/plain, */*")));
        }
    }

    [Fact]
    public async Task A_query_beside_a_posted_body_goes_the_long_way()
    {
        foreach (var draft in (await servers.RightAsync()).Where(d => d.Method == "POST"))
        {
            Assert.False(await servers.IsPlainAsync(draft with { Query = "?x=y" }));
        }
    }

    [Fact]
    public async Task A_client_whose_registration_has_an_unknown_member_goes_the_long_way()
    {
        var draft = new Draft("POST", "/connect/token").Set("grant_type", "client_credentials");
        Assert.True(await servers.IsPlainAsync(draft.Basic("machine", MachineSecret)));
        Assert.False(await servers.IsPlainAsync(draft.Basic("tls-machine", "tls-machine-secret-7gTs2Xk9Vw4Lq8Zd3Hm")));

        Assert.True(await servers.IsPlainAsync(servers.Authorize("spa")));
        Assert.False(await servers.IsPlainAsync(servers.Authorize("bound")));
        Assert.True(await servers.IsPlainAsync(await servers.UserInfoAsync("spa")));
        Assert.False(await servers.IsPlainAsync(await servers.UserInfoAsync("bound")));
    }

    [Fact]
    public async Task A_proof_of_possession_that_is_none_is_refused_and_never_answered_as_bearer()
    {
        var draft = new Draft("POST", "/connect/token").Set("grant_type", "client_credentials").Basic("machine", MachineSecret)
            .Header("DPoP", "e30.e30.x");
        var (text, json) = await servers.SendAsync(draft);
        Assert.Equal("invalid_dpop_proof", json.Direct!["error"]?.GetValue<string>());
        Assert.Contains("DPoP", text, StringComparison.Ordinal);
    }

    /// <summary>A server that says whether OpenIddict was asked, and one plain request of each endpoint.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

        private Twins _twins = null!;

        public async ValueTask InitializeAsync()
        {
            _twins = await Twins.StartAsync(DatabaseKind.Sqlite);
            await _twins.SignInAsync(Seed.Alice);
        }

        public ValueTask DisposeAsync() => _twins.DisposeAsync();

        internal async Task<bool> IsPlainAsync(Draft draft) => (await _twins.TryPlainAsync(draft)).Plainly;

        internal Task<(string Text, Pair<JsonObject?> Json)> SendAsync(Draft draft) => _twins.SendAsync(draft, "A single request");

        internal Draft Authorize(string client) => new Draft("GET", "/connect/authorize")
        {
            Query = $"?client_id={client}&response_type=code&redirect_uri={Uri.EscapeDataString($"https://{client}.example.test/callback")}"
                + $"&scope=openid&code_challenge={Challenge}&code_challenge_method=S256",
        }.Header("Cookie", _twins.Browsers[0].Cookies.GetCookieHeader(_twins.Hosts[0].Issuer.Address));

        internal async Task<Draft> UserInfoAsync(string client) =>
            new Draft("GET", "/connect/userinfo").Header("Authorization", "Bearer " + (await RedeemAsync(client, "openid")).AccessToken);

        internal async Task<Draft[]> RightAsync()
        {
            var tokens = await RedeemAsync("spa", "openid offline_access");
            var api = new ApiCaller(_twins.Hosts[0].Issuer);
            var (login, logout) = ((await api.LoginAsync(Seed.Alice)).RefreshToken, (await api.LoginAsync(Seed.Alice)).RefreshToken);
            return
            [
                new Draft("POST", "/connect/token").Set("grant_type", "client_credentials").Basic("machine", MachineSecret),
                // Within the grace the same token counts again, so that it may be sent twice.
                new Draft("POST", "/connect/token").Set("grant_type", "refresh_token").Set("client_id", "spa")
                    .Set("refresh_token", tokens.RefreshToken),
                new Draft("POST", "/connect/introspect").Basic("api", "api-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2")
                    .Set("token", (await Seed.Machine(_twins.Hosts[0].Issuer).ClientCredentialsAsync()).AccessToken),
                new Draft("POST", "/v1/auth/login")
                {
                    ContentType = "application/json",
                    Body = _ => $$"""{"email":"{{Seed.Alice.Email}}","password":"{{Seed.Alice.Password}}"}""",
                },
                new Draft("POST", "/v1/auth/refresh")
                {
                    ContentType = "application/json",
                    Body = _ => $$"""{"refresh_token":"{{login}}"}""",
                },
                // Nothing is left to end after the first time, and the answer is the same.
                new Draft("POST", "/v1/auth/logout")
                {
                    ContentType = "application/json",
                    Body = _ => $$"""{"refresh_token":"{{logout}}"}""",
                },
                new Draft("GET", "/connect/userinfo").Header("Authorization", "Bearer " + tokens.AccessToken),
                Authorize("spa"),
            ];
        }

        private async Task<TokenAnswer> RedeemAsync(string client, string scope)
        {
            var app = new ClientApp(_twins.Hosts[0].Issuer, client, null, $"https://{client}.example.test/callback");
            return await app.RedeemCodeAsync(await _twins.Browsers[0].AuthorizeAsync(app, scope));
        }
    }
}
