using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Told;

/// <summary>
/// What is encrypted to a client's key (RFC 7516): ID tokens and userinfo (OpenID Connect Core 2, 5.3.2 and 10.2), logout tokens
/// (Back-Channel Logout 2.6), introspection (RFC 9701) and authorization responses (JARM). Nothing goes out in clear in its place.
/// </summary>
public abstract class EncryptedTokenTests(EncryptedHost fixture)
{
    public static TheoryData<int> Forms => [.. Enumerable.Range(0, EncryptedHost.Forms.Length)];

    private Issuer Issuer => fixture.Host.Issuer;

    [Theory, MemberData(nameof(Forms))]
    public async Task Each_algorithm_encrypts_a_signed_ID_token_to_the_key_that_is_for_it(int number)
    {
        var (app, form) = (fixture.App(number), EncryptedHost.Forms[number]);
        var tokens = await SignInAsync(app, "openid email offline_access");
        foreach (var answer in new[] { tokens, await app.RefreshAsync(tokens.RefreshToken) })
        {
            var (header, content) = fixture.Keys[number].Open(answer.Text("id_token")!);
            Assert.Equal((form.Alg, form.Enc, $"enc-{number}", "JWT"), (
                header.GetProperty("alg").GetString(), header.GetProperty("enc").GetString(), header.GetProperty("kid").GetString(),
                header.GetProperty("cty").GetString()));
            var claims = await VerifyAsync(content, "RS256", "JWT");
            Assert.Equal(app.ClientId, claims.GetProperty("aud").GetString());
            Assert.Equal(Seed.Alice.Email, claims.GetProperty("email").GetString());
            // The access token is for an API, which has other keys.
            Assert.Equal(3, answer.AccessToken.Split('.').Length);
        }
    }

    [Fact]
    public async Task No_two_texts_have_the_same_key_and_another_key_opens_none()
    {
        var tokens = await SignInAsync(fixture.App("everything"), "openid offline_access");
        var next = await fixture.App("everything").RefreshAsync(tokens.RefreshToken);
        Assert.NotEqual(Ephemeral(tokens), Ephemeral(next));
        var text = tokens.Text("id_token")!;
        Assert.ThrowsAny<CryptographicException>(() => Recipient.New("P-256", "k1").Open(text));
        var changed = text[..^6] + (text[^6] == 'A' ? 'B' : 'A') + text[^5..];
        Assert.ThrowsAny<CryptographicException>(() => fixture.Key.Open(changed));

        string? Ephemeral(TokenAnswer answer) =>
            fixture.Key.Open(answer.Text("id_token")!).Header.GetProperty("epk").GetProperty("x").GetString();
    }

    [Fact]
    public async Task Userinfo_is_signed_and_then_encrypted_or_encrypted_alone_as_registered()
    {
        var (type, text) = await UserInfoAsync((await SignInAsync(fixture.App("everything"), "openid email")).AccessToken);
        Assert.Equal("application/jwt", type);
        var (header, content) = fixture.Key.Open(text);
        Assert.Equal("JWT", header.GetProperty("cty").GetString());
        var claims = await VerifyAsync(content, "ES256", "JWT");
        Assert.Equal((Issuer.Text, "everything"), (claims.GetProperty("iss").GetString(), claims.GetProperty("aud").GetString()));
        Assert.Equal(Seed.Alice.Email, claims.GetProperty("email").GetString());

        (type, text) = await UserInfoAsync((await SignInAsync(fixture.App(0), "openid email")).AccessToken);
        Assert.Equal("application/jwt", type);
        (header, content) = fixture.Keys[0].Open(text);
        Assert.False(header.TryGetProperty("cty", out _));
        Assert.Equal(Seed.Alice.Email, JsonElement.Parse(content).GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("application/token-introspection+jwt")]
    [InlineData("application/json")]
    [InlineData("*/*")]
    public async Task Introspection_is_encrypted_whatever_the_caller_accepts(string accept)
    {
        var machine = await Seed.Machine(Issuer).ClientCredentialsAsync("notes:read");
        foreach (var (token, isActive) in new[] { (machine.AccessToken, true), (machine.AccessToken + "x", false) })
        {
            var (status, text) = await IntrospectAsync(fixture.App("everything"), token, accept);
            Assert.Equal(HttpStatusCode.OK, status);
            var claims = await VerifyAsync(fixture.Key.Open(text).Content, "RS256", "token-introspection+jwt");
            Assert.Equal(isActive, claims.GetProperty("token_introspection").GetProperty("active").GetBoolean());
        }
    }

    [Fact]
    public async Task An_authorization_response_is_encrypted_in_the_modes_of_JARM_errors_too()
    {
        var (app, browser) = (fixture.App("everything"), fixture.Host.NewBrowser());
        var error = await ResponseAsync(browser, app.NewRequest("openid", [("response_mode", "jwt"), ("prompt", "none")]));
        Assert.Equal("login_required", error.GetProperty("error").GetString());
        await browser.SignInAsync(Seed.Alice);
        var request = app.NewRequest("openid", [("response_mode", "query.jwt")]);
        var answer = await ResponseAsync(browser, request);
        Assert.Equal(request.State, answer.GetProperty("state").GetString());
        var tokens = await app.TokenAsync(
        [
            ("grant_type", "authorization_code"), ("code", answer.GetProperty("code").GetString()), ("redirect_uri", app.RedirectUri),
            ("code_verifier", request.Verifier),
        ]);
        Assert.True(tokens.IsOk, tokens.Body);
    }

    /// <summary>Back-Channel Logout 2.6: a client whose ID tokens are encrypted refuses a logout token that is not.</summary>
    [Fact]
    public async Task A_logout_token_is_encrypted_where_ID_tokens_are()
    {
        var app = fixture.App("everything");
        var tokens = await SignInAsync(app, "openid offline_access");
        var sid = new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid");
        Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk);
        await Eventually.UntilAsync("a logout token", () =>
        {
            fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
            return Task.FromResult(fixture.LogoutTokens.Any(text => fixture.Key.Open(text).Content is { } content
                && new JsonWebToken(content) is { Typ: "logout+jwt" } token && token.GetPayloadValue<string>("sid") == sid));
        });
    }

    [Fact]
    public async Task Without_a_usable_key_at_jwks_uri_there_is_no_ID_token_and_nothing_is_used_up()
    {
        var (app, key) = (fixture.App("published"), Recipient.New("P-256", "new"));
        (fixture.Published.Keys, fixture.Published.Status) = ([key.Jwk], null);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        key.Open(tokens.Text("id_token")!);
        // Only a key for signatures is there, or one of another kind, or no answer at all, when what was fetched is over.
        JsonObject[][] published = [[ClientSigner.Ec("s").JwkWith(("use", "sig"))], [Recipient.New("RSA", "r").Jwk], []];
        foreach (var keys in published)
        {
            (fixture.Published.Keys, fixture.Published.Status) = (keys, keys.Length == 0 ? 500 : null);
            fixture.Time.Advance(TimeSpan.FromMinutes(16));
            AssertRefused(await app.RefreshAsync(tokens.RefreshToken));
            AssertRefused(await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid")));
        }

        var waiting = await browser.AuthorizeAsync(app, "openid");
        AssertRefused(await app.RedeemCodeAsync(waiting));
        (fixture.Published.Keys, fixture.Published.Status) = ([key.Jwk], null);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        foreach (var later in new[] { await app.RedeemCodeAsync(waiting), await app.RefreshAsync(tokens.RefreshToken) })
        {
            Assert.True(later.IsOk, later.Body);
            await VerifyAsync(key.Open(later.Text("id_token")!).Content, "RS256", "JWT");
        }
    }

    [Fact]
    public async Task Without_a_usable_key_at_jwks_uri_no_endpoint_answers_in_clear()
    {
        var (app, key) = (fixture.App("unkeyed"), Recipient.New("P-256", "new"));
        (fixture.Published.Keys, fixture.Published.Status) = ([], 500);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email"));
        foreach (var keys in new JsonObject[][] { [], [ClientSigner.Ec("s").JwkWith(("use", "sig"))] })
        {
            (fixture.Published.Keys, fixture.Published.Status) = (keys, keys.Length == 0 ? 500 : null);
            fixture.Time.Advance(TimeSpan.FromSeconds(31));
            foreach (var token in new[] { tokens.AccessToken, "x" })
            {
                var (status, text) = await IntrospectAsync(app, token, "application/json");
                Assert.Equal(
                    (HttpStatusCode.BadRequest, "invalid_request"), (status, JsonElement.Parse(text).GetProperty("error").GetString()));
                Assert.Contains("jwks_uri", text, StringComparison.Ordinal);
            }

            var userInfo = await app.UserInfoAsync(tokens.AccessToken);
            Assert.Equal(HttpStatusCode.BadRequest, userInfo.Status);
            Assert.DoesNotContain(Seed.Alice.Email, userInfo.Body, StringComparison.Ordinal);
            var request = app.NewRequest("openid", [("response_mode", "jwt")]);
            var (_, response) = Assert.Single(QueryHelpers.ParseQuery((await browser.OpenAsync(request.Address)).LeftTo!.Query));
            var error = new JsonWebToken(response.ToString());
            Assert.Equal("invalid_request", error.GetClaim("error").Value);
            Assert.False(error.TryGetPayloadValue<string>("code", out _));
        }

        (fixture.Published.Keys, fixture.Published.Status) = ([key.Jwk], null);
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        var (_, later) = await UserInfoAsync(tokens.AccessToken);
        Assert.Contains(Seed.Alice.Email, key.Open(later).Content, StringComparison.Ordinal);
    }

    private static void AssertRefused(TokenAnswer answer)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
        Assert.Contains("jwks_uri", answer.Text("error_description"), StringComparison.Ordinal);
        Assert.Null(answer.Text("id_token"));
    }

    private async Task<JsonElement> ResponseAsync(Browser browser, AuthorizationRequest request)
    {
        var (name, text) = Assert.Single(QueryHelpers.ParseQuery((await browser.OpenAsync(request.Address)).LeftTo!.Query));
        Assert.Equal("response", name);
        return await VerifyAsync(fixture.Key.Open(text.ToString()).Content, "RS256", "JWT");
    }

    private async Task<(HttpStatusCode Status, string Text)> IntrospectAsync(ClientApp caller, string token, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect")
        {
            Content = new FormUrlEncodedContent([new("token", token)]),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{caller.ClientId}:{caller.Secret}")));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var answer = await Issuer.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<(string? Type, string Text)> UserInfoAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await Issuer.Http.SendAsync(request);
        return (answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
    }

    private async Task<TokenAnswer> SignInAsync(ClientApp app, string scope)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope));
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens;
    }

    private async Task<JsonElement> VerifyAsync(string text, string algorithm, string type)
    {
        var keys = new JsonWebKeySet((await Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKeys = keys.GetSigningKeys(), ValidAlgorithms = [algorithm], ValidTypes = [type], ValidateIssuer = false,
            ValidateAudience = false, ValidateLifetime = false,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return JsonElement.Parse(Base64UrlEncoder.DecodeBytes(text.Split('.')[1]));
    }
}

public sealed class EncryptedTokenOnSqliteTests(EncryptedHost.OnSqlite fixture)
    : EncryptedTokenTests(fixture), IClassFixture<EncryptedHost.OnSqlite>;

public sealed class EncryptedTokenOnPostgresTests(EncryptedHost.OnPostgres fixture)
    : EncryptedTokenTests(fixture), IClassFixture<EncryptedHost.OnPostgres>;
