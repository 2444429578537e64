using System.Net;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>What the modules of the plan "Dynamic OP" check, with response_type code.</summary>
public sealed class DynamicPlanTests(ConformanceHost fixture) : IClassFixture<ConformanceHost>
{
    private static readonly (string, JsonNode?) ByKey = ("token_endpoint_auth_method", "private_key_jwt");

    private Issuer Issuer => fixture.Issuer;

    private string TokenEndpoint => Issuer.Text + "/connect/token";

    [Theory]
    [InlineData("token endpoint")]
    [InlineData("issuer")]
    public async Task A_client_with_keys_in_its_registration_names_the_token_endpoint_or_the_issuer_in_its_assertion(string audience)
    {
        var signer = ClientSigner.Rsa(kid: null);
        var app = await fixture.NewAppAsync(ByKey, ("jwks", KeySet(signer)), ("id_token_signed_response_alg", "RS256"));
        var answer = await (await fixture.SignedInAsync()).AskAsync(app);
        var tokens = await RedeemAsync(app, signer, answer, audience == "issuer" ? Issuer.Text : TokenEndpoint);
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("RS256", tokens.IdToken.Alg);
    }

    [Fact]
    public async Task Userinfo_is_signed_with_RS256_where_the_client_asks_for_it()
    {
        var app = await fixture.NewAppAsync(("userinfo_signed_response_alg", "RS256"));
        var tokens = await (await fixture.SignedInAsync()).SignInAsync(app);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("Bearer", tokens.AccessToken);
        using var answer = await Issuer.Http.SendAsync(request);
        Assert.Equal("application/jwt", answer.Content.Headers.ContentType!.MediaType);
        var signed = new JsonWebToken(await answer.Content.ReadAsStringAsync());
        Assert.Equal(("RS256", Issuer.Text, app.ClientId), (signed.Alg, signed.Issuer, signed.Audiences.Single()));
        Assert.Equal(tokens.IdToken.Subject, signed.Subject);
        Assert.False(signed.TryGetPayloadValue<string>("nonce", out _));
    }

    [Fact]
    public async Task A_request_without_redirect_uri_of_a_client_with_two_ends_on_a_page()
    {
        var app = await fixture.NewAppAsync(
            ("redirect_uris", new JsonArray("https://suite.example.test/one", "https://suite.example.test/two")));
        await AssertErrorPageAsync(app, null);
    }

    [Fact]
    public async Task The_query_of_a_redirect_uri_is_kept_and_another_one_ends_on_a_page()
    {
        const string registered = "https://suite.example.test/callback?dummy1=lorem&dummy2=ipsum";
        var app = await fixture.NewAppAsync(("redirect_uris", new JsonArray(registered)));
        var answer = await (await fixture.SignedInAsync()).AskAsync(app);
        Assert.StartsWith(registered + "&", answer.Page.LeftTo!.AbsoluteUri, StringComparison.Ordinal);
        Assert.True((await app.RedeemAsync(answer)).IsOk);
        await AssertErrorPageAsync(app, "https://suite.example.test/callback?dummy1=other");
        await AssertErrorPageAsync(await fixture.NewAppAsync(), "https://suite.example.test/test/a/x/callback?foo=bar");
    }

    /// <summary>A page shows the addresses of who has registered itself as links, and no picture of its choice.</summary>
    [Fact]
    public async Task The_pages_of_policy_and_terms_are_linked_where_people_are_asked()
    {
        var app = await fixture.NewAppAsync(
            ("policy_uri", "https://suite.example.test/policy"), ("tos_uri", "https://suite.example.test/tos"),
            ("logo_uri", "https://suite.example.test/logo.png"));
        var page = await (await fixture.SignedInAsync()).OpenAsync(app.Request().Address);
        var links = page.Document.QuerySelectorAll("a").Select(a => a.GetAttribute("href")).ToList();
        Assert.Contains("https://suite.example.test/policy", links);
        Assert.Contains("https://suite.example.test/tos", links);
        Assert.Null(page.Document.QuerySelector(".tile img"));
    }

    [Fact]
    public async Task Keys_at_jwks_uri_count_also_the_one_that_came_later_for_a_refresh()
    {
        var (first, second) = (ClientSigner.Rsa("first"), ClientSigner.Rsa("second"));
        fixture.Published["/client1_jwks"] = KeySet(first).ToJsonString();
        var app = await fixture.NewAppAsync(
            ByKey, ("jwks_uri", fixture.SuiteAddress("/client1_jwks")),
            ("grant_types", new JsonArray("authorization_code", "refresh_token")));
        var answer = await (await fixture.SignedInAsync()).AskAsync(app, "openid offline_access", ("prompt", "consent"));
        var tokens = await RedeemAsync(app, first, answer, TokenEndpoint);
        Assert.True(tokens.IsOk, tokens.Body);

        fixture.Published["/client1_jwks"] = KeySet(second).ToJsonString();
        fixture.Time.Advance(TimeSpan.FromSeconds(60));
        var refreshed = await (app with { Secret = null }).TokenAsync(
            [("grant_type", "refresh_token"), ("refresh_token", tokens.RefreshToken), .. Proof(app, second, TokenEndpoint)]);
        Assert.True(refreshed.IsOk, refreshed.Body);
    }

    [Fact]
    public async Task A_sector_counts_only_where_it_lists_the_redirect_uri()
    {
        const string callback = "https://suite.example.test/test/a/x/callback";
        (string, JsonNode?)[] sector =
            [("subject_type", "pairwise"), ("sector_identifier_uri", fixture.SuiteAddress("/redirect_uris.json"))];
        fixture.Published["/redirect_uris.json"] = new JsonArray(callback, "https://suite.example.test/other").ToJsonString();
        var app = await fixture.NewAppAsync(sector);
        var browser = await fixture.SignedInAsync();
        var pairwise = (await browser.SignInAsync(app)).IdToken.Subject;
        Assert.NotEqual((await browser.SignInAsync(await fixture.NewAppAsync())).IdToken.Subject, pairwise);

        // The same address, a moment later.
        foreach (var listed in new[] { """["https://example.com/op"]""", "{}", "nonsense", null })
        {
            if (listed is null) fixture.Published.TryRemove("/redirect_uris.json", out _);
            else fixture.Published["/redirect_uris.json"] = listed;
            var (status, answer) = await fixture.TryRegisterAsync(sector);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.Text("error")));
        }
    }

    /// <summary>OpenID Connect Core 8.1, RFC 7592 section 2.2: the list counts at each sign-in, and for a replacement.</summary>
    [Fact]
    public async Task A_sector_that_lists_the_redirect_uri_no_more_lets_nobody_in_and_takes_no_replacement()
    {
        const string callback = "https://suite.example.test/test/a/x/callback";
        (string Name, JsonNode? Value)[] sector =
            [("subject_type", "pairwise"), ("sector_identifier_uri", fixture.SuiteAddress("/changed.json"))];
        fixture.Published["/changed.json"] = new JsonArray(callback).ToJsonString();
        var (_, registered) = await fixture.TryRegisterAsync(sector);
        fixture.Published["/changed.json"] = """["https://example.com/op"]""";
        var browser = await fixture.SignedInAsync();
        Assert.Equal("invalid_request", (await browser.AskAsync(registered.App(Issuer))).Error);
        var body = new JsonObject { ["client_id"] = registered.ClientId, ["redirect_uris"] = new JsonArray(callback) };
        foreach (var (name, value) in sector) body[name] = value?.DeepClone();
        var (status, answer, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, body.ToJsonString(), registered.Token);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.GetProperty("error").GetString()));
    }

    /// <summary>RFC 9700 section 2.1.1; the setting of the suite lets confidential clients leave PKCE out.</summary>
    [Fact]
    public async Task A_public_client_is_registered_and_needs_PKCE()
    {
        var app = await fixture.NewAppAsync(
            ("token_endpoint_auth_method", "none"), ("redirect_uris", new JsonArray("https://suite.example.test/public")));
        var browser = await fixture.SignedInAsync();
        Assert.Equal("invalid_request", (await browser.AskAsync(app)).Error);
        Assert.True((await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).IsOk);
    }

    /// <summary>Nobody who may not register has this server fetch anything.</summary>
    [Fact]
    public async Task A_sector_at_an_address_inside_and_one_of_a_caller_with_a_wrong_token_are_not_asked()
    {
        var inside = await fixture.TryRegisterAsync(
            ("subject_type", "pairwise"), ("sector_identifier_uri", "https://10.20.30.40/redirect_uris.json"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (inside.Status, inside.Answer.Text("error")));
        var asked = new JsonObject
        {
            ["redirect_uris"] = new JsonArray("https://suite.example.test/cb"), ["subject_type"] = "pairwise",
            ["sector_identifier_uri"] = fixture.SuiteAddress("/never.json"),
        };
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.RegisterAsync(asked.ToJsonString(), "wrong")).Status);
    }

    [Fact]
    public async Task A_request_at_a_registered_address_with_a_fragment_and_signed_with_RS256_is_answered()
    {
        var (signer, address) = (ClientSigner.Rsa(kid: null), fixture.SuiteAddress("/requests/one.jwt") + "#a-hash");
        var app = await fixture.NewAppAsync(
            ByKey, ("jwks", KeySet(signer)), ("request_uris", new JsonArray(address)), ("request_object_signing_alg", "RS256"));
        var request = app.Request();
        var claims = new JsonObject { ["iss"] = app.ClientId, ["aud"] = Issuer.Text };
        foreach (var (name, value) in QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..]))
        {
            claims[name] = value.ToString();
        }

        fixture.Published["/requests/one.jwt"] = signer.Sign("RS256", kid: null, claims);
        var browser = await fixture.SignedInAsync();
        var page = await browser.OpenAsync(QueryHelpers.AddQueryString("/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = app.ClientId, ["request_uri"] = address, ["scope"] = "openid", ["response_type"] = "code",
        }));
        page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        var tokens = await RedeemAsync(app, signer, AuthorizationAnswer.Read(request, page), TokenEndpoint);
        Assert.True(tokens.IsOk, tokens.Body);
    }

    private static JsonObject KeySet(ClientSigner signer) =>
        new() { ["keys"] = new JsonArray(signer.JwkWith(("use", "sig"), ("alg", "RS256"))) };

    private (string, string?)[] Proof(ClientApp app, ClientSigner signer, string audience) =>
    [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", signer.Assertion(audience, app.ClientId, "RS256", now: fixture.Host.Now)),
    ];

    private Task<TokenAnswer> RedeemAsync(ClientApp app, ClientSigner signer, AuthorizationAnswer answer, string audience) =>
        (app with { Secret = null }).TokenAsync(
            [
                ("grant_type", "authorization_code"), ("code", answer.Code), ("redirect_uri", app.RedirectUri),
                .. Proof(app, signer, audience),
            ]);

    private async Task AssertErrorPageAsync(ClientApp app, string? redirectUri)
    {
        var page = await (await fixture.SignedInAsync()).OpenAsync(app.Request("openid", ("redirect_uri", redirectUri)).Address);
        Assert.Equal((HttpStatusCode.BadRequest, null), (page.Status, page.LeftTo));
        Assert.Contains("redirect", page.Document.Body!.TextContent, StringComparison.OrdinalIgnoreCase);
    }
}
