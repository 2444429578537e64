using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>What the modules of the plan "Basic OP" check, as docs/conformance.md tells.</summary>
public sealed class BasicPlanTests(ConformanceHost fixture) : IClassFixture<ConformanceHost>
{
    /// <summary>Claims that an ID token may have unasked.</summary>
    private static readonly string[] Unasked =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "sid", "jti", "nbf"];

    private Issuer Issuer => fixture.Issuer;

    [Fact]
    public async Task A_code_flow_without_PKCE_ends_with_an_ID_token_that_says_what_it_must_and_no_more()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var answer = await browser.AskAsync(app);
        Assert.Equal((answer.Request.State, Issuer.Text), (answer.Parameters["state"], answer.Parameters["iss"]));
        Assert.True(answer.Code.Length >= 22, "A code has 128 bits.");
        var tokens = await app.RedeemAsync(answer);
        Assert.InRange(tokens.Json.GetProperty("expires_in").GetInt32(), 1, 3600);

        var idToken = tokens.IdToken;
        Assert.Equal("RS256", idToken.Alg);
        Assert.Equal((Issuer.Text, app.ClientId, answer.Request.Nonce),
            (idToken.Issuer, Assert.Single(idToken.Audiences), idToken.GetPayloadValue<string>("nonce")));
        Assert.InRange(idToken.Subject.Length, 1, 255);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(tokens.AccessToken));
        Assert.Equal(WebEncoders.Base64UrlEncode(hash, 0, 16), idToken.GetPayloadValue<string>("at_hash"));
        Assert.Empty(idToken.Claims.Select(claim => claim.Type).Except(Unasked));
        Assert.True((await ValidateAsync(idToken)).IsValid);
        Assert.Equal(idToken.Subject, (await app.UserInfoAsync(tokens.AccessToken)).Text("sub"));
    }

    [Fact]
    public async Task A_request_without_response_type_goes_back_as_an_error_with_state()
    {
        var answer = await (await fixture.SignedInAsync()).AskAsync(await fixture.NewAppAsync(), "openid", ("response_type", null));
        Assert.Contains(answer.Error, new[] { "invalid_request", "unsupported_response_type" });
        Assert.Equal((answer.Request.State, Issuer.Text), (answer.Parameters["state"], answer.Parameters["iss"]));
    }

    /// <summary>The module is skipped where discovery does not name it.</summary>
    [Fact]
    public async Task An_unsigned_ID_token_is_neither_offered_nor_registered()
    {
        var offered = (await Issuer.DiscoverAsync()).GetProperty("id_token_signing_alg_values_supported");
        Assert.DoesNotContain("none", offered.EnumerateArray().Select(value => value.GetString()));
        var (status, answer) = await fixture.TryRegisterAsync(("id_token_signed_response_alg", "none"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.Text("error")));
    }

    [Fact]
    public async Task A_request_without_nonce_succeeds()
    {
        var tokens = await (await fixture.SignedInAsync()).SignInAsync(await fixture.NewAppAsync(), "openid", ("nonce", null));
        Assert.False(tokens.IdToken.TryGetPayloadValue<string>("nonce", out _));
    }

    [Theory]
    [InlineData(
        "profile",
        "name,family_name,given_name,middle_name,nickname,preferred_username,profile,picture,website,gender,birthdate,zoneinfo,locale,"
            + "updated_at")]
    [InlineData("email", "email,email_verified")]
    [InlineData("address", "address")]
    [InlineData("phone", "phone_number,phone_number_verified")]
    public async Task Userinfo_has_the_claims_of_a_scope(string scope, string claims)
    {
        var app = await fixture.NewAppAsync();
        foreach (var asked in new[] { $"openid {scope}", "openid address email phone profile" })
        {
            var info = await app.UserInfoAsync((await (await fixture.SignedInAsync()).SignInAsync(app, asked)).AccessToken);
            Assert.Empty(claims.Split(',').Except(info.Json.EnumerateObject().Select(member => member.Name)));
        }
    }

    [Fact]
    public async Task Neither_the_order_of_scopes_nor_of_parameters_counts()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var request = app.Request("email openid");
        var parameters = QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..]).Reverse();
        var turned = QueryHelpers.AddQueryString(
            "/connect/authorize", parameters.Select(p => KeyValuePair.Create(p.Key, (string?)p.Value)));
        var page = await browser.OpenAsync(turned);
        page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        Assert.True((await app.RedeemAsync(AuthorizationAnswer.Read(request, page))).IsOk);
    }

    /// <summary>Core section 15.1: parameters that an OP needs not support must at least not fail.</summary>
    [Theory]
    [InlineData("display", "page")]
    [InlineData("display", "popup")]
    [InlineData("ui_locales", "se")]
    [InlineData("claims_locales", "se")]
    [InlineData("acr_values", "1 2")]
    [InlineData("acr_values", "urn:authplatform:acr:1fa urn:authplatform:acr:2fa")]
    [InlineData("extra", "foobar")]
    [InlineData("login_hint", "buffy@auth.example.test")]
    public async Task A_parameter_that_changes_nothing_here_is_no_error(string name, string value)
    {
        var app = await fixture.NewAppAsync();
        var browser = fixture.Host.NewBrowser();
        var request = app.Request("openid", (name, value));
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"), page.ToString());
        page = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        var tokens = await app.RedeemAsync(AuthorizationAnswer.Read(request, page));
        Assert.True(tokens.IsOk, tokens.Body);
        if (value.Contains(":1fa", StringComparison.Ordinal)) Assert.Contains(tokens.IdToken.GetClaim("acr").Value, value.Split(' '));
    }

    [Fact]
    public async Task Prompt_login_shows_the_sign_in_page_and_the_new_time_stands_in_the_ID_token()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var first = await browser.SignInAsync(app, "openid", ("max_age", "10000"));
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await SignInAgainAsync(browser, app, ("prompt", "login")) > first.AuthTime());
    }

    [Fact]
    public async Task Max_age_of_a_second_asks_again_and_the_ID_token_has_auth_time()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var first = await browser.SignInAsync(app, "openid", ("max_age", "10000"));
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        var again = await SignInAgainAsync(browser, app, ("max_age", "1"));
        Assert.True(again > first.AuthTime());
        Assert.InRange(again, fixture.Host.Now.ToUnixTimeSeconds() - 5, fixture.Host.Now.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Prompt_none_without_a_session_goes_back_with_the_long_state_and_nothing_unexpected()
    {
        var state = new string('s', 128);
        var answer = await fixture.Host.NewBrowser().AskAsync(await fixture.NewAppAsync(), "openid", ("prompt", "none"), ("state", state));
        Assert.Equal(("login_required", state), (answer.Error, answer.Parameters["state"]));
        Assert.Empty(answer.Parameters.Keys.Except(["error", "error_description", "error_uri", "state", "iss", "session_state"]));
        Assert.DoesNotContain(answer.Parameters["error_description"], c => c is '\r' or '\n' or '\t' or '"' or '\\' or > '~');
    }

    [Theory]
    [InlineData(false, "prompt", "none")]
    [InlineData(true, "prompt", "none")]
    [InlineData(false, "max_age", "10000")]
    public async Task A_second_request_is_answered_without_a_page_and_about_the_same_sign_in(bool hinted, string name, string value)
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var first = await browser.SignInAsync(app, "openid", ("max_age", "15000"));
        fixture.Time.Advance(TimeSpan.FromSeconds(3));
        var request = app.Request(
            "openid", (name, value), ("id_token_hint", hinted ? first.Text("id_token") : null),
            ("claims", """{"id_token":{"auth_time":null}}"""));
        var page = await browser.OpenAsync(request.Address);
        Assert.NotNull(page.LeftTo);
        var second = await app.RedeemAsync(AuthorizationAnswer.Read(request, page));
        Assert.Equal((first.IdToken.Subject, first.AuthTime()), (second.IdToken.Subject, second.AuthTime()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task A_code_that_is_used_twice_is_invalid_grant_and_takes_the_access_token_with_it(int seconds)
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        var answer = await browser.AskAsync(app);
        var tokens = await app.RedeemAsync(answer);
        fixture.Time.Advance(TimeSpan.FromSeconds(seconds));
        var again = await app.RedeemAsync(answer);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (again.Status, again.Error));
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task Client_secret_post_signs_the_client_in()
    {
        var app = await fixture.NewAppAsync(("token_endpoint_auth_method", "client_secret_post"));
        var answer = await (await fixture.SignedInAsync()).AskAsync(app);
        var tokens = await (app with { Secret = null }).TokenAsync(
            [
                ("grant_type", "authorization_code"), ("code", answer.Code), ("redirect_uri", app.RedirectUri),
                ("client_secret", app.Secret),
            ]);
        Assert.True(tokens.IsOk, tokens.Body);
    }

    [Fact]
    public async Task A_claim_that_is_essential_at_userinfo_is_there_and_not_in_the_ID_token()
    {
        var app = await fixture.NewAppAsync();
        var tokens = await (await fixture.SignedInAsync()).SignInAsync(
            app, "openid", ("claims", """{"userinfo":{"name":{"essential":true}}}"""));
        Assert.NotEmpty((await app.UserInfoAsync(tokens.AccessToken)).Text("name")!);
        Assert.False(tokens.IdToken.TryGetPayloadValue<string>("name", out _));
    }

    [Fact]
    public async Task A_refresh_token_keeps_person_and_sign_in_and_is_of_its_client_alone()
    {
        (string, JsonNode?) grants = ("grant_types", new JsonArray("authorization_code", "refresh_token"));
        var (one, two, browser) = (await fixture.NewAppAsync(grants), await fixture.NewAppAsync(grants), await fixture.SignedInAsync());
        foreach (var app in new[] { one, two })
        {
            var tokens = await browser.SignInAsync(app, "openid offline_access", ("prompt", "consent"), ("max_age", "10000"));
            var refreshed = await app.RefreshAsync(tokens.RefreshToken);
            Assert.NotEqual(tokens.AccessToken, refreshed.AccessToken);
            var (before, after) = (tokens.IdToken, refreshed.IdToken);
            Assert.Equal(
                (before.Issuer, before.Subject, before.Audiences.Single(), tokens.AuthTime()),
                (after.Issuer, after.Subject, after.Audiences.Single(), refreshed.AuthTime()));
            Assert.True((await app.UserInfoAsync(refreshed.AccessToken)).IsOk);
            Assert.Equal("invalid_grant", (await (app == one ? two : one).RefreshAsync(refreshed.RefreshToken)).Error);
        }
    }

    [Fact]
    public async Task A_request_with_PKCE_of_a_client_that_needs_none_succeeds()
    {
        var (app, browser) = (await fixture.NewAppAsync(), await fixture.SignedInAsync());
        Assert.True((await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).IsOk);
    }

    /// <returns>The time of the new sign-in.</returns>
    private static async Task<long> SignInAgainAsync(Browser browser, ClientApp app, (string Name, string? Value) demand)
    {
        var request = app.Request("openid", demand, ("claims", """{"id_token":{"auth_time":null}}"""));
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"), page.ToString());
        page = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        return (await app.RedeemAsync(AuthorizationAnswer.Read(request, page))).AuthTime();
    }

    private async Task<TokenValidationResult> ValidateAsync(JsonWebToken token)
    {
        var keys = new JsonWebKeySet((await Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        var key = Assert.Single(keys.GetSigningKeys(), key => key.KeyId == token.Kid);
        return await new JsonWebTokenHandler().ValidateTokenAsync(token.EncodedToken, new TokenValidationParameters
        {
            IssuerSigningKey = key, ValidIssuer = Issuer.Text, ValidateAudience = false, ValidateLifetime = false,
        });
    }
}
