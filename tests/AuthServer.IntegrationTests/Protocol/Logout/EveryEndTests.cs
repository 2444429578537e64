using System.Net;
using AuthServer.Audit;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>
/// The ways in which a session ends by itself, each of which tells its client (OpenID Connect Back-Channel Logout 1.0); what happens to an
/// account as a whole is in <see cref="EndsOfAccessTests"/>.
/// </summary>
public abstract class EveryEndTests(LogoutHost fixture)
{
    private Issuer Issuer => fixture.Issuer;

    /// <summary>It had a session under the browser's, for an hour.</summary>
    [Fact]
    public async Task A_sign_out_after_the_session_of_the_app_has_run_out()
    {
        var app = Seed.Fussy(Issuer);
        var (browser, tokens) = await fixture.SignInAsync(app, Seed.Bob, "openid offline_access");
        fixture.Time.Advance(TimeSpan.FromHours(2));
        await using (var scope = fixture.Host.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default);
        }

        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        var places = await browser.OpenAsync("/account/sessions");
        Assert.DoesNotContain("App that wants its answers signed", places.Body, StringComparison.Ordinal);
        Assert.Empty(fixture.Receiver.Of(Sid(tokens)));
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.Equal("fussy", Assert.Single(await fixture.ToldAsync(Sid(tokens))).ClientId);
    }

    [Fact]
    public async Task A_sign_out_on_the_page_of_the_server()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob);
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task The_revocation_of_a_token()
    {
        var (app, (_, tokens)) = (Seed.Web(Issuer), await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob, "openid offline_access"));
        await app.RevokeAsync(tokens.RefreshToken);
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task The_reuse_of_a_refresh_token()
    {
        var (app, (_, tokens)) = (Seed.Web(Issuer), await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob, "openid offline_access"));
        var second = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True((await app.RefreshAsync(second.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task The_replay_of_a_code()
    {
        var app = Seed.Web(Issuer);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var code = await browser.AuthorizeAsync(app);
        var tokens = await app.RedeemCodeAsync(code);
        Assert.False((await app.RedeemCodeAsync(code)).IsOk);
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task A_sign_in_of_another_person_in_the_same_browser()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob);
        await SignInAnewAsync(browser, Seed.Alice);
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task A_new_sign_in_of_the_same_person_tells_nobody()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob);
        await SignInAnewAsync(browser, Seed.Bob);
        var sid = Guid.Parse(Sid(tokens));
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.AnyAsync(n => n.SessionId == sid)));
        Assert.Empty(fixture.Receiver.Of(Sid(tokens)));
    }

    [Fact]
    public async Task An_admin_ends_all_sessions_of_a_person()
    {
        var (_, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob, "openid offline_access");
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        (await carol.DeleteAsync($"/v1/users/{tokens.IdToken.Subject}/sessions")).Expect(HttpStatusCode.NoContent);
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task A_person_withdraws_the_access_of_an_app()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.ThirdParty(Issuer), Seed.Bob, "openid offline_access");
        var apps = await browser.OpenAsync("/account/apps");
        await browser.SubmitAsync(apps, "/account/apps/withdraw");
        await fixture.ToldAsync(Sid(tokens));
    }

    [Fact]
    public async Task A_client_that_is_deleted_is_told_at_its_last_address()
    {
        var (_, tokens) = await fixture.SignInAsync(Seed.Pinned(Issuer), Seed.Bob, "openid");
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        Assert.NotNull(await scope.ServiceProvider.GetRequiredService<ClientDeletion>().DeleteAsync("pinned", "test", default));
        Assert.Equal("pinned", Assert.Single(await fixture.ToldAsync(Sid(tokens))).ClientId);
    }

    [Fact]
    public async Task An_end_that_is_rolled_back_tells_nobody()
    {
        var (_, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob);
        var sid = Guid.Parse(Sid(tokens));
        await using (var scope = fixture.Host.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<Data.AuthDbContext>();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await scope.ServiceProvider.GetRequiredService<SessionEnding>().EndAsync(sid, EndReason.Revoked, Caller.System, default);
            Assert.True(await db.LogoutNotices.AnyAsync(n => n.SessionId == sid));
        }

        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.LogoutNotices.AnyAsync(n => n.SessionId == sid)));
        Assert.Empty(fixture.Receiver.Of(Sid(tokens)));
    }

    private static async Task SignInAnewAsync(Browser browser, Person person) =>
        await browser.SignInAsync(person.Email, person.Password, page: await browser.OpenAsync("/signin?select=1"));

    private static string Sid(TokenAnswer tokens) => tokens.IdToken.GetPayloadValue<string>("sid");
}

public sealed class EveryEndOnSqlite(LogoutOnSqlite fixture) : EveryEndTests(fixture), IClassFixture<LogoutOnSqlite>;

public sealed class EveryEndOnPostgres(LogoutOnPostgres fixture) : EveryEndTests(fixture), IClassFixture<LogoutOnPostgres>;
