using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Api;

/// <summary>POST /v1/auth/logout: after a 204 the session is over, whatever named it.</summary>
public abstract class LogoutTests(HostFixture fixture)
{
    private ApiCaller Api => new(fixture.Issuer);

    [Fact]
    public async Task A_refresh_token_ends_its_session_and_says_so_again()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        var answer = await Api.LogoutAsync(login.RefreshToken);
        Assert.Equal(
            (HttpStatusCode.NoContent, "", null, "no-store"),
                (answer.Status, answer.Body, answer.MediaType, answer.Header("Cache-Control")));
        await GoneAsync(login);
        Assert.Equal(HttpStatusCode.NoContent, (await Api.LogoutAsync(login.RefreshToken)).Status);
    }

    [Fact]
    public async Task An_older_refresh_token_of_the_session_ends_it_too()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        var refreshed = await Api.RefreshAsync(login.RefreshToken);
        Assert.Equal(HttpStatusCode.NoContent, (await Api.LogoutAsync(login.RefreshToken)).Status);
        await GoneAsync(refreshed);
    }

    [Fact]
    public async Task A_bearer_token_ends_its_session_with_an_empty_body_and_says_so_again()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        var other = await Api.LoginAsync(Seed.Alice);
        var app = Api with { Bearer = login.AccessToken };
        Assert.Equal(HttpStatusCode.NoContent, (await app.LogoutAsync()).Status);
        await GoneAsync(login);
        Assert.Equal(HttpStatusCode.NoContent, (await app.LogoutAsync(null, new { })).Status);
        Assert.Equal(HttpStatusCode.OK, (await Api.RefreshAsync(other.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_bearer_token_that_is_none_or_has_expired_is_refused()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        foreach (var bearer in new[] { "x", login.AccessToken[..^4] + "AAAA", login.RefreshToken, "a.b.c" })
        {
            ApiAnswer.Refused(
                await (Api with { Bearer = bearer })
                    .LogoutAsync(), HttpStatusCode.Unauthorized, "unauthorized", "Bearer error=\"invalid_token\"");
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(16));
        ApiAnswer.Refused(
            await (Api with { Bearer = login.AccessToken })
                .LogoutAsync(), HttpStatusCode.Unauthorized, "unauthorized", "Bearer error=\"invalid_token\"");
        Assert.Equal(HttpStatusCode.OK, (await Api.RefreshAsync(login.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_token_for_another_api_or_of_no_session_ends_nothing()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var app = Seed.Spa(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access notes:read"));
        var machine = await Seed.Machine(fixture.Issuer).ClientCredentialsAsync("notes:read");
        foreach (var bearer in new[] { tokens.AccessToken, machine.AccessToken, tokens.IdToken.EncodedToken })
        {
            ApiAnswer.Refused(
                await (Api with { Bearer = bearer })
                    .LogoutAsync(), HttpStatusCode.Unauthorized, "unauthorized", "Bearer error=\"invalid_token\"");
        }

        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task Without_any_token_it_is_refused()
    {
        ApiAnswer.Refused(await Api.LogoutAsync(), HttpStatusCode.Unauthorized, "unauthorized", "Bearer");
        ApiAnswer.Refused(await Api.LogoutAsync(null, new { client_id = "spa" }), HttpStatusCode.Unauthorized, "unauthorized", "Bearer");
    }

    [Fact]
    public async Task A_refresh_token_that_nobody_knows_is_answered_as_one_that_has_ended()
    {
        foreach (var token in new[] { "x", "a.b.c", new string('A', 76) })
        {
            Assert.Equal(HttpStatusCode.NoContent, (await Api.LogoutAsync(token)).Status);
        }
    }

    [Fact]
    public async Task An_access_token_in_the_place_of_the_refresh_token_is_not_answered_as_if_it_had_ended()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        ApiAnswer.Refused(await Api.LogoutAsync(login.AccessToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        Assert.Equal(HttpStatusCode.OK, (await Api.RefreshAsync(login.RefreshToken)).Status);
    }

    [Fact]
    public async Task A_living_session_of_another_client_is_not_answered_as_if_it_had_ended()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var app = Seed.Spa(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        ApiAnswer.Refused(await Api.LogoutAsync(tokens.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        tokens = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(tokens.IsOk);
        Assert.Equal(HttpStatusCode.NoContent, (await Api.LogoutAsync(tokens.RefreshToken, new { client_id = "spa" })).Status);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.NoContent, (await Api.LogoutAsync(tokens.RefreshToken)).Status);
        // The browser's own session is not the app's to end.
        Assert.NotNull((await browser.AuthorizeAsync(app, "openid", [("prompt", "none")])).Code);
    }

    private async Task GoneAsync(ApiAnswer login)
    {
        ApiAnswer.Refused(await Api.RefreshAsync(login.RefreshToken), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        var sid = Guid.Parse(new JsonWebToken(login.AccessToken).GetPayloadValue<string>("sid"));
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Sessions.AnyAsync(s => s.Id == sid)));
    }
}

public sealed class LogoutsOnSqlite(SqliteHost fixture) : LogoutTests(fixture), IClassFixture<SqliteHost>;

public sealed class LogoutsOnPostgres(PostgresHost fixture) : LogoutTests(fixture), IClassFixture<PostgresHost>;
