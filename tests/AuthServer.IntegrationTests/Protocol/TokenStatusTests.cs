using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>
/// Userinfo (OpenID Connect Core 5.3), introspection (RFC 7662), revocation (RFC 7009), client credentials (RFC 6749 section 4.4).
/// </summary>
public abstract class TokenStatusTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task Userinfo_gives_the_claims_of_the_scopes_each_of_its_type()
    {
        var (app, tokens) = await StartAsync("openid profile email address phone");
        var info = (await app.UserInfoAsync(tokens.AccessToken)).Json;
        Assert.Equal(new JsonWebToken(tokens.AccessToken).Subject, info.GetProperty("sub").GetString());
        Assert.Equal("Alice", info.GetProperty("given_name").GetString());
        Assert.Equal("Archer", info.GetProperty("family_name").GetString());
        Assert.Equal("Alice Archer", info.GetProperty("name").GetString());
        Assert.Equal(Seed.Alice.Email, info.GetProperty("email").GetString());
        Assert.Equal(JsonValueKind.True, info.GetProperty("email_verified").ValueKind);
        Assert.Equal(JsonValueKind.True, info.GetProperty("phone_number_verified").ValueKind);
        Assert.Equal(JsonValueKind.Number, info.GetProperty("updated_at").ValueKind);
        Assert.Equal("Switzerland", info.GetProperty("address").GetProperty("country").GetString());
        foreach (
            var name in new[] { "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate",
                "zoneinfo", "locale", "phone_number" })
        {
            Assert.Equal(JsonValueKind.String, info.GetProperty(name).ValueKind);
        }
    }

    [Fact]
    public async Task Userinfo_gives_nothing_that_was_not_asked_for()
    {
        var (app, tokens) = await StartAsync("openid");
        Assert.Equal(["sub"], (await app.UserInfoAsync(tokens.AccessToken)).Json.EnumerateObject().Select(m => m.Name));
    }

    [Fact]
    public async Task Userinfo_gives_single_claims_that_were_asked_for()
    {
        var (app, tokens) = await StartAsync("openid", ("claims", """{"userinfo":{"email":{"essential":true},"nickname":null}}"""));
        Assert.Equal(
            ["email", "nickname", "sub"], (await app.UserInfoAsync(tokens.AccessToken)).Json.EnumerateObject().Select(m => m.Name).Order());
    }

    [Fact]
    public async Task Userinfo_takes_the_token_by_get_and_by_post_and_never_from_the_query()
    {
        var (_, tokens) = await StartAsync("openid");
        using var post = new HttpRequestMessage(HttpMethod.Post, "/connect/userinfo");
        post.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        Assert.Equal(HttpStatusCode.OK, (await Issuer.Http.SendAsync(post)).StatusCode);
        using var form = new FormUrlEncodedContent([new("access_token", tokens.AccessToken)]);
        Assert.Equal(HttpStatusCode.OK, (await Issuer.Http.PostAsync("/connect/userinfo", form)).StatusCode);
        // RFC 9700 section 4.3.2: an address is kept by logs and histories.
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, "/connect/userinfo?access_token=" + tokens.AccessToken);
            using var answer = await Issuer.Http.SendAsync(request);
            Assert.True((int)answer.StatusCode is 400 or 401, answer.StatusCode.ToString());
            Assert.DoesNotContain("sub", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    /// <summary>FAPI 1.0 Part 1 section 6.2.1, number 11: of the plain way and the long one, and of refusals.</summary>
    [Fact]
    public async Task Userinfo_and_the_api_answer_with_the_interaction_id_of_the_request_or_a_new_one()
    {
        const string known = "9F1D3C1E-5b7a-4c2d-8e6f-0a1b2c3d4e5f";
        var (_, tokens) = await StartAsync("openid");
        var seen = new HashSet<string>();
        foreach (var (path, token) in new[]
            { ("/connect/userinfo", tokens.AccessToken), ("/connect/userinfo?x", tokens.AccessToken), ("/connect/userinfo", null),
                ("/v1/account", null) })
        {
            Assert.Equal(known, await AskAsync(path, token, known));
            foreach (var other in new[] { null, "", "a word", "+f1d3c1e-5b7a-4c2d-8e6f-0a1b2c3d4e5f", known + " ", "{" + known + "}" })
            {
                var id = await AskAsync(path, token, other);
                Assert.True(Guid.TryParseExact(id, "D", out _) && (id == known || seen.Add(id)), $"{path} {other}: {id}");
            }
        }

        foreach (var path in new[] { "/connect/token", "/v1/auth/login", "/.well-known/openid-configuration", "/signin" })
        {
            Assert.Null(await AskAsync(path, null, known));
        }

        async Task<string?> AskAsync(string path, string? token, string? id)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            if (id is not null) request.Headers.TryAddWithoutValidation("x-fapi-interaction-id", id);
            using var answer = await Issuer.Http.SendAsync(request);
            return answer.Headers.TryGetValues("x-fapi-interaction-id", out var ids) ? Assert.Single(ids) : null;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("x.y.z")]
    public async Task Userinfo_refuses_with_a_challenge(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await Issuer.Http.SendAsync(request);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.First().Scheme);
        Assert.True((int)answer.StatusCode is 400 or 401, answer.StatusCode.ToString());
    }

    [Fact]
    public async Task An_id_token_is_no_access_token()
    {
        var (app, tokens) = await StartAsync("openid");
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.Text("id_token")!)).Status);
    }

    [Fact]
    public async Task A_token_without_openid_is_not_enough_for_userinfo()
    {
        var (app, tokens) = await StartAsync("profile");
        var answer = await app.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("insufficient_scope", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_access_token_expires_after_fifteen_minutes()
    {
        var (app, tokens) = await StartAsync("openid notes:read");
        fixture.Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.False((await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);
    }

    /// <summary>Mail servers and others take the name of the person from introspection (RFC 7662 section 2.2).</summary>
    [Theory]
    [InlineData("openid email offline_access notes:read", "alice@example.test")]
    [InlineData("openid profile offline_access notes:read", null)]
    public async Task Introspection_tells_the_address_where_the_person_has_given_it(string scope, string? address)
    {
        var (app, tokens) = await StartAsync(Seed.Web(Issuer), scope, []);
        foreach (var caller in new[] { app, Seed.ResourceServer(Issuer) })
        {
            var answer = await caller.IntrospectAsync(tokens.AccessToken);
            Assert.True(answer.IsActive);
            Assert.Equal((address, address), (answer.Text("username"), answer.Text("email")));
        }

        var refreshable = await app.IntrospectAsync(tokens.RefreshToken);
        Assert.True(refreshable.IsActive);
        Assert.Equal((address, address), (refreshable.Text("username"), refreshable.Text("email")));
    }

    [Fact]
    public async Task Introspection_tells_the_api_about_its_tokens_and_the_client_about_its_own()
    {
        var app = Seed.Web(Issuer);
        var tokens = (await StartAsync(app, "openid offline_access notes:read", [("resource", Seed.Api)])).Tokens;
        foreach (var caller in new[] { Seed.ResourceServer(Issuer), app })
        {
            var answer = (await caller.IntrospectAsync(tokens.AccessToken)).Json;
            Assert.True(answer.GetProperty("active").GetBoolean());
            Assert.Equal("web", answer.GetProperty("client_id").GetString());
            Assert.Equal(Seed.Api, answer.GetProperty("aud").GetString());
            Assert.Equal("openid offline_access notes:read", answer.GetProperty("scope").GetString());
            Assert.Equal(Issuer.Text, answer.GetProperty("iss").GetString());
        }

        Assert.True((await app.IntrospectAsync(tokens.RefreshToken)).IsActive);
        Assert.False((await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.RefreshToken)).IsActive);
        // It has not been rotated by being looked at.
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task Introspection_tells_everybody_else_that_the_token_is_not_active()
    {
        var (_, tokens) = await StartAsync("openid notes:read");
        Assert.Equal("""{"active":false}""", (await Seed.Machine(Issuer).IntrospectAsync(tokens.AccessToken)).Body);
        Assert.Equal("""{"active":false}""", (await Seed.ResourceServer(Issuer).IntrospectAsync("nonsense")).Body);
        Assert.Equal("""{"active":false}""", (await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.Text("id_token")!)).Body);
        var stranger = await (Seed.ResourceServer(Issuer) with { Secret = "wrong" }).IntrospectAsync(tokens.AccessToken);
        Assert.Equal("invalid_client", stranger.Error);
    }

    [Fact]
    public async Task Revoking_a_refresh_token_ends_the_session()
    {
        var app = Seed.Web(Issuer);
        var tokens = await RedeemAsync(app, "openid offline_access notes:read");
        Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False((await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);
        Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk);
        Assert.True((await app.RevokeAsync("nonsense")).IsOk);
    }

    [Fact]
    public async Task Revoking_an_access_token_ends_the_session_and_a_stranger_revokes_nothing()
    {
        var app = Seed.Web(Issuer);
        var tokens = await RedeemAsync(app, "openid offline_access");
        await Seed.Spa(Issuer).RevokeAsync(tokens.RefreshToken);
        await Seed.Spa(Issuer).RevokeAsync(tokens.AccessToken);
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
        Assert.True((await app.RevokeAsync(tokens.AccessToken, "access_token")).IsOk);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_client_on_its_own_behalf_gets_a_token_for_its_api_and_no_refresh_token()
    {
        var app = Seed.Machine(Issuer);
        var tokens = await app.ClientCredentialsAsync("notes:read");
        var token = new JsonWebToken(tokens.AccessToken);
        Assert.Equal(("machine", "machine"), (token.Subject, token.GetPayloadValue<string>("client_id")));
        Assert.Equal([Seed.Api], token.Audiences);
        Assert.Null(tokens.Text("refresh_token"));
        Assert.Null(tokens.Text("id_token"));
        Assert.True((await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.AccessToken)).IsActive);
        Assert.Equal("invalid_scope", (await app.ClientCredentialsAsync("notes:write")).Error);
        Assert.Equal("unauthorized_client", (await Seed.Web(Issuer).ClientCredentialsAsync()).Error);
        Assert.Equal("invalid_client", (await (app with { Secret = "wrong" }).ClientCredentialsAsync()).Error);
    }

    private Task<(ClientApp App, TokenAnswer Tokens)> StartAsync(string scope, params (string, string?)[] extra) =>
        StartAsync(Seed.Spa(Issuer), scope, extra);

    private async Task<(ClientApp App, TokenAnswer Tokens)> StartAsync(ClientApp app, string scope, (string, string?)[] extra)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope, extra));
        Assert.True(tokens.IsOk, tokens.Body);
        return (app, tokens);
    }

    private async Task<TokenAnswer> RedeemAsync(ClientApp app, string scope) => (await StartAsync(app, scope, [])).Tokens;
}

public sealed class TokenStatusOnSqliteTests(SqliteHost fixture) : TokenStatusTests(fixture), IClassFixture<SqliteHost>;

public sealed class TokenStatusOnPostgresTests(PostgresHost fixture) : TokenStatusTests(fixture), IClassFixture<PostgresHost>;
