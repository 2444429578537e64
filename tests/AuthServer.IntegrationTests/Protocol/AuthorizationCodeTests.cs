using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 6749 section 4.1, RFC 7636, RFC 9068, OpenID Connect Core 3.1.3.</summary>
public abstract class AuthorizationCodeTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task A_code_gives_an_access_token_an_id_token_and_a_refresh_token()
    {
        var answer = await RedeemAsync("openid profile email offline_access notes:read");
        Assert.Equal("Bearer", answer.Text("token_type"));
        Assert.Equal(900, answer.Json.GetProperty("expires_in").GetInt32());

        var access = new JsonWebToken(answer.AccessToken);
        Assert.Equal(("at+jwt", "ES256"), (access.Typ, access.Alg));
        Assert.Equal(Issuer.Text, access.Issuer);
        Assert.Equal([Seed.Api], access.Audiences);
        Assert.Equal("spa", access.GetPayloadValue<string>("client_id"));
        Assert.Equal("openid profile email offline_access notes:read", access.GetPayloadValue<string>("scope"));
        Assert.Equal(900, (access.ValidTo - access.IssuedAt).TotalSeconds);
        Assert.True(Guid.TryParse(access.Subject, out _));

        var id = answer.IdToken;
        Assert.Equal(("JWT", "RS256"), (id.Typ, id.Alg));
        Assert.Equal(["spa"], id.Audiences);
        Assert.Equal(access.Subject, id.Subject);
        Assert.Equal(["pwd"], id.GetPayloadValue<string[]>("amr"));
        Assert.Equal(access.GetPayloadValue<string>("sid"), id.GetPayloadValue<string>("sid"));
        Assert.True(id.TryGetPayloadValue<long>("auth_time", out _));
        Assert.True(id.TryGetPayloadValue<string>("at_hash", out _));
        Assert.DoesNotContain(id.Claims.Concat(access.Claims), claim => claim.Type.StartsWith("oi_", StringComparison.Ordinal));
        Assert.Equal(76, answer.RefreshToken.Length);
    }

    [Fact]
    public async Task The_nonce_of_the_request_is_in_the_id_token()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var answer = await browser.AuthorizeAsync(app);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.Equal(answer.Request.Nonce, tokens.IdToken.GetPayloadValue<string>("nonce"));
        Assert.Equal(answer.Request.State, answer.Parameters["state"]);
        Assert.Equal(Issuer.Text, answer.Parameters["iss"]);
    }

    [Fact]
    public async Task Without_an_api_scope_the_audience_is_the_issuer()
    {
        var tokens = await RedeemAsync("openid");
        Assert.Equal([Issuer.Text], new JsonWebToken(tokens.AccessToken).Audiences);
    }

    [Fact]
    public async Task Without_offline_access_there_is_no_refresh_token()
    {
        var tokens = await RedeemAsync("openid notes:read");
        Assert.Null(tokens.Text("refresh_token"));
    }

    [Fact]
    public async Task A_client_of_one_browser_session_keeps_one_session_without_offline_access()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var first = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        var second = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        Assert.Equal(Sid(first), Sid(second));
        var offline = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.NotEqual(Sid(first), Sid(offline));
    }

    [Fact]
    public async Task A_code_used_twice_is_refused_and_its_session_ends()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var code = await browser.AuthorizeAsync(app, "openid offline_access");
        var tokens = await app.RedeemCodeAsync(code);
        Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(code)).Error);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_code_lives_sixty_seconds()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var code = await browser.AuthorizeAsync(app);
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(code)).Error);
    }

    /// <summary>Nobody has used it, so nothing was stolen: neither the session it would have joined nor one of another code ends.</summary>
    [Fact]
    public async Task An_expired_code_that_nobody_used_ends_no_session_and_one_that_was_used_does()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync());
        var standing = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        var late = await browser.AuthorizeAsync(app);
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        for (var i = 0; i < 2; i++) Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(late)).Error);
        Assert.True((await app.UserInfoAsync(standing.AccessToken)).IsOk);

        var used = await browser.AuthorizeAsync(app);
        var joined = await app.RedeemCodeAsync(used);
        Assert.True(joined.IsOk);
        fixture.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(used)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(joined.AccessToken)).Status);
    }

    [Theory]
    [InlineData("code_verifier", "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong", "invalid_grant")]
    [InlineData("code_verifier", null, "invalid_grant")]
    [InlineData("redirect_uri", "https://evil.example.test/callback", "invalid_grant")]
    [InlineData("redirect_uri", null, "invalid_request")]
    [InlineData("code", "4EV-SwMVkzDiib75XktexrlFys_aevjsrxFB6HjdUBM", "invalid_grant")]
    [InlineData("code", "short", "invalid_grant")]
    public async Task What_does_not_belong_to_the_code_is_refused_and_does_not_use_it_up(string name, string? value, string error)
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var code = await browser.AuthorizeAsync(app);
        (string Name, string? Value)[] right =
            [("grant_type", "authorization_code"), ("code", code.Code), ("redirect_uri", app.RedirectUri),
                ("code_verifier", code.Request.Verifier)];
        var wrong = await app.TokenAsync(right.Select(p => p.Name == name ? (name, value) : p));
        Assert.Equal((HttpStatusCode.BadRequest, error), (wrong.Status, wrong.Error));
        Assert.True((await app.TokenAsync(right)).IsOk);
    }

    [Fact]
    public async Task Another_client_cannot_redeem_a_code_and_does_not_use_it_up()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var code = await browser.AuthorizeAsync(app);
        Assert.Equal("invalid_grant", (await (Seed.Web(Issuer) with { RedirectUri = app.RedirectUri }).RedeemCodeAsync(code)).Error);
        Assert.True((await app.RedeemCodeAsync(code)).IsOk);
    }

    [Fact]
    public async Task Whoever_signs_out_before_the_redemption_stays_signed_out()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var code = await browser.AuthorizeAsync(app, "openid offline_access");
        var page = await browser.OpenAsync("/signout");
        await browser.SubmitAsync(page, "/signout");
        Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(code)).Error);
    }

    [Fact]
    public async Task A_parameter_that_stands_twice_is_refused()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var code = await browser.AuthorizeAsync(app);
        Assert.Equal("invalid_request", (await app.RedeemCodeAsync(code, ("code_verifier", "another"))).Error);
    }

    [Fact]
    public async Task A_confidential_client_signs_in_with_its_secret_in_header_or_body_and_not_without()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync());
        Assert.True((await app.RedeemCodeAsync(await browser.AuthorizeAsync(app))).IsOk);
        var inBody = app with { Secret = null };
        Assert.True((await inBody.RedeemCodeAsync(await browser.AuthorizeAsync(app), ("client_secret", app.Secret))).IsOk);
        var without = await inBody.RedeemCodeAsync(await browser.AuthorizeAsync(app));
        Assert.Equal("invalid_client", without.Error);
        var wrong = await (app with { Secret = "wrong" }).RedeemCodeAsync(await browser.AuthorizeAsync(app));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (wrong.Status, wrong.Error));
    }

    [Fact]
    public async Task A_resource_narrows_audience_and_scopes_and_an_unknown_one_is_invalid_target()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var both = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid notes:read", [("resource", Issuer.Text)]));
        var token = new JsonWebToken(both.AccessToken);
        Assert.Equal([Issuer.Text], token.Audiences);
        Assert.Equal("openid", token.GetPayloadValue<string>("scope"));
        var unknown = await browser.AuthorizeAsync(app, "openid notes:read", [("resource", "https://other.example.test")]);
        Assert.Equal("invalid_target", unknown.Error);
    }

    [Fact]
    public async Task Token_answers_are_not_cached()
    {
        var tokens = await RedeemAsync("openid");
        Assert.Contains("no-store", tokens.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_tokens_verify_against_the_published_keys()
    {
        var tokens = await RedeemAsync("openid notes:read");
        var keys = new Microsoft.IdentityModel.Tokens.JsonWebKeySet((await Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        foreach (var token in new[] { tokens.AccessToken, tokens.Text("id_token")! })
        {
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
            {
                ValidIssuer = Issuer.Text, IssuerSigningKeys = keys.GetSigningKeys(), ValidateAudience = false, ValidateLifetime = false,
            });
            Assert.True(result.IsValid, result.Exception?.Message);
        }

        Assert.All(keys.Keys, key => Assert.False(key.HasPrivateKey));
    }

    [Fact]
    public async Task Claims_asked_for_in_the_id_token_are_there_and_no_others()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var asked = JsonSerializer.Serialize(
            new { id_token = new Dictionary<string, object?> { ["given_name"] = null, ["address"] = null, ["email_verified"] = null } });
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid", [("claims", asked)]));
        Assert.Equal("Alice", tokens.IdToken.GetPayloadValue<string>("given_name"));
        Assert.Equal("Zurich", tokens.IdToken.GetPayloadValue<JsonElement>("address").GetProperty("locality").GetString());
        Assert.True(tokens.IdToken.GetPayloadValue<bool>("email_verified"));
        Assert.False(tokens.IdToken.TryGetPayloadValue<string>("family_name", out _));
    }

    [Theory]
    [InlineData("http://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1/cb")]
    [InlineData("com.example.native:/cb")]
    public async Task A_native_app_chooses_its_loopback_port_and_gets_the_id_token_algorithm_it_registered(string redirectUri)
    {
        var (app, browser) = (Seed.Native(Issuer, redirectUri), await SignedInAsync());
        // OpenID Connect Core 11: a client that is not registered for offline_access asks for it in vain, and is not refused.
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.Equal("ES256", tokens.IdToken.Alg);
        Assert.Null(tokens.Text("refresh_token"));
        var half = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(tokens.AccessToken)).AsSpan(0, 16);
        Assert.Equal(System.Buffers.Text.Base64Url.EncodeToString(half), tokens.IdToken.GetPayloadValue<string>("at_hash"));
    }

    [Theory]
    [InlineData("http://localhost:49152/cb")]
    [InlineData("http://127.0.0.1:49152/other")]
    [InlineData("http://127.0.0.1.evil.example.test/cb")]
    [InlineData("http://user@127.0.0.1:49152/cb")]
    public async Task A_native_app_is_sent_to_no_other_address(string redirectUri)
    {
        var page = await (await SignedInAsync()).OpenAsync(Seed.Native(Issuer, redirectUri).NewRequest("openid").Address);
        Assert.Null(page.LeftTo);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
    }

    private static string Sid(TokenAnswer tokens) => new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid");

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }

    private async Task<TokenAnswer> RedeemAsync(string scope)
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync());
        var answer = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope));
        Assert.True(answer.IsOk, answer.Body);
        return answer;
    }
}

public sealed class AuthorizationCodeOnSqliteTests(SqliteHost fixture) : AuthorizationCodeTests(fixture), IClassFixture<SqliteHost>;

public sealed class AuthorizationCodeOnPostgresTests(PostgresHost fixture) : AuthorizationCodeTests(fixture), IClassFixture<PostgresHost>;
