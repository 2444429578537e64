using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Sessions;

/// <summary>The browser session: its cookie, its limits, and the purge of what has expired.</summary>
public abstract class BrowserSessionTests(HostFixture fixture)
{
    [Fact]
    public async Task The_cookie_is_bound_to_this_host_and_out_of_reach_of_scripts()
    {
        var browser = await SignedInAsync();
        var cookie = browser.Cookies.GetAllCookies().Single(c => c.Name == "__Host-authplatform-session");
        Assert.True(cookie.Secure && cookie.HttpOnly);
        Assert.Equal("/", cookie.Path);
        Assert.Equal(DateTime.MinValue, cookie.Expires);
        // The row knows the hash and nothing else of it.
        var hash = TokenHash.Of(cookie.Value);
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Sessions.AnyAsync(s => s.Kind == SessionKind.Browser
            && s.TokenHash == hash)));
    }

    [Fact]
    public async Task It_ends_after_twelve_idle_hours_and_lives_on_while_it_is_used()
    {
        var browser = await SignedInAsync();
        for (var i = 0; i < 3; i++)
        {
            fixture.Time.Advance(TimeSpan.FromHours(11));
            Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
        }

        fixture.Time.Advance(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    [Fact]
    public async Task It_ends_after_seven_days_however_much_it_is_used()
    {
        var browser = await SignedInAsync();
        for (var i = 0; i < 16; i++)
        {
            fixture.Time.Advance(TimeSpan.FromHours(10));
            Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
        }

        fixture.Time.Advance(TimeSpan.FromHours(9));
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    [Fact]
    public async Task Keep_me_signed_in_lasts_thirty_days()
    {
        var browser = await SignedInAsync(keep: true);
        fixture.Time.Advance(TimeSpan.FromDays(29));
        Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
        fixture.Time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    [Fact]
    public async Task Signing_in_again_renews_the_handle_and_the_old_one_is_worth_nothing()
    {
        var browser = await SignedInAsync();
        var old = browser.Cookies.GetAllCookies().Single(c => c.Name == "__Host-authplatform-session").Value;
        await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: await browser.OpenAsync("/signin?prompt=login"));
        var stolen = fixture.Host.NewBrowser();
        stolen.Cookies.Add(fixture.Host.Issuer.Address, new Cookie("__Host-authplatform-session", old) { Secure = true });
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(stolen)).Error);
        Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_forged_cookie_is_nobody(string value)
    {
        var browser = fixture.Host.NewBrowser();
        browser.Cookies.Add(fixture.Host.Issuer.Address, new Cookie("__Host-authplatform-session", value) { Secure = true });
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    [Fact]
    public async Task The_purge_deletes_what_has_expired_and_ends_no_child_that_lives_on()
    {
        var app = Seed.Spa(fixture.Host.Issuer);
        var browser = await SignedInAsync();
        var offline = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        fixture.Time.Advance(TimeSpan.FromDays(8));
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var purged = await scope.ServiceProvider.GetRequiredService<ExpiredRows>().PurgeAsync(default);
        Assert.True(purged is { Sessions: > 0, Tokens: > 0 }, purged.ToString());

        var now = fixture.Time.GetUtcNow().UtcDateTime;
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Sessions.AnyAsync(s => s.ExpiresAt <= now)));
        var sid = Guid.Parse(new JsonWebToken(offline.AccessToken).GetPayloadValue<string>("sid"));
        Assert.Null((await fixture.Host.WithDatabaseAsync(db => db.Sessions.AsNoTracking().SingleAsync(s => s.Id == sid))).ParentId);
        Assert.True((await app.RefreshAsync(offline.RefreshToken)).IsOk);
    }

    private async Task<Browser> SignedInAsync(bool keep = false)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice, keep);
        return browser;
    }

    private Task<AuthorizationAnswer> AuthorizeSilentlyAsync(Browser browser) =>
        browser.AuthorizeAsync(Seed.Spa(fixture.Host.Issuer), extra: [("prompt", "none")]);
}

public sealed class BrowserSessionOnSqliteTests(SqliteHost fixture) : BrowserSessionTests(fixture), IClassFixture<SqliteHost>;

public sealed class BrowserSessionOnPostgresTests(PostgresHost fixture) : BrowserSessionTests(fixture), IClassFixture<PostgresHost>;
