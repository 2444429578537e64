using System.Globalization;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Sessions;

/// <summary>Every lifetime of docs/lifetimes.md that has a setting, on a server that sets them all.</summary>
public abstract class LifetimeSettingTests(LifetimeSettingTests.ShortLived fixture)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Tokens_of_every_grant_and_of_the_json_api_say_and_have_the_lifetime_that_is_set()
    {
        var app = Seed.Web(fixture.Issuer);
        var code = await app.RedeemCodeAsync(await (await SignedInAsync()).AuthorizeAsync(app, "openid offline_access"));
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Alice);
        foreach (var answer in new[]
        {
            code.Json, (await app.RefreshAsync(code.RefreshToken)).Json, (await Seed.Machine(fixture.Issuer).ClientCredentialsAsync()).Json,
            login.Json, (await new ApiCaller(fixture.Issuer).RefreshAsync(login.RefreshToken)).Json,
        })
        {
            Assert.Equal(120, answer.GetProperty("expires_in").GetInt32());
            foreach (var token in new[] { "access_token", "id_token" }.Where(t => answer.TryGetProperty(t, out _)))
            {
                var jwt = new JsonWebToken(answer.GetProperty(token).GetString());
                Assert.Equal(TimeSpan.FromMinutes(2), jwt.ValidTo - jwt.IssuedAt);
            }
        }

        Assert.True(code.Json.TryGetProperty("id_token", out _));
    }

    [Fact]
    public async Task An_access_token_expires_at_userinfo_introspection_and_the_api()
    {
        var app = Seed.Web(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await (await SignedInAsync()).AuthorizeAsync(app, "openid"));
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Carol, new { scope = "users:read" });
        var api = new ApiClient(fixture.Issuer, login.AccessToken);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("/v1/users")).Status);

        fixture.Time.Advance(TimeSpan.FromMinutes(2) - Second);
        Assert.Equal(HttpStatusCode.OK, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        fixture.Time.Advance(2 * Second);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.False((await app.IntrospectAsync(tokens.AccessToken)).IsActive);
        Assert.Equal(HttpStatusCode.Unauthorized, (await api.GetAsync("/v1/users")).Status);
    }

    [Fact]
    public async Task A_refresh_token_and_its_successors_end_together_however_they_were_opened()
    {
        var app = Seed.Spa(fixture.Issuer);
        var api = new ApiCaller(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await (await SignedInAsync()).AuthorizeAsync(app, "openid offline_access"));
        var login = await api.LoginAsync(Seed.Alice);
        var page = new ApiCaller(fixture.Issuer) { Origin = "https://front.example.test", Csrf = "1" };
        var cookie = (await page.LoginAsync(Seed.Alice, new { refresh_cookie = true })).SetCookie!;
        var expires = cookie.Split("; ").Single(p => p.StartsWith("expires=", StringComparison.OrdinalIgnoreCase))["expires=".Length..];
        var left = DateTimeOffset.Parse(expires, CultureInfo.InvariantCulture) - fixture.Time.GetUtcNow();
        Assert.InRange(left, TimeSpan.FromMinutes(60) - (2 * Second), TimeSpan.FromMinutes(60));

        fixture.Time.Advance(TimeSpan.FromMinutes(59));
        var next = await app.RefreshAsync(tokens.RefreshToken);
        var nextLogin = await api.RefreshAsync(login.RefreshToken);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (next.Status, nextLogin.Status));
        fixture.Time.Advance(TimeSpan.FromMinutes(1) + Second);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(next.RefreshToken)).Error);
        Assert.Equal("invalid-grant", (await api.RefreshAsync(nextLogin.RefreshToken)).Problem);
    }

    [Fact]
    public async Task A_browser_session_ends_by_idleness_and_lives_on_while_it_is_used()
    {
        var browser = await SignedInAsync();
        for (var i = 0; i < 3; i++)
        {
            // Use is written at most every minute here, a tenth of the idle time.
            fixture.Time.Advance(TimeSpan.FromMinutes(9));
            Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(10) + Second);
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    [Fact]
    public async Task A_browser_session_ends_after_its_absolute_lifetime_however_much_it_is_used_and_its_client_sessions_with_it()
    {
        var app = Seed.Web(fixture.Issuer);
        var browser = await SignedInAsync();
        var online = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"));
        var sid = Guid.Parse(new JsonWebToken(online.AccessToken).GetPayloadValue<string>("sid"));
        var end = (await fixture.Host.WithDatabaseAsync(db => db.Sessions.AsNoTracking().SingleAsync(s => s.Id == sid))).ExpiresAt;
        Assert.InRange(end - fixture.Time.GetUtcNow().UtcDateTime, TimeSpan.FromMinutes(30) - Second, TimeSpan.FromMinutes(30));
        for (var i = 0; i < 5; i++)
        {
            fixture.Time.Advance(TimeSpan.FromMinutes(5));
            Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(5) + Second);
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    [Fact]
    public async Task Keep_me_signed_in_has_a_lifetime_of_its_own_in_the_cookie_too()
    {
        var browser = await SignedInAsync(keep: true);
        var cookie = browser.Cookies.GetAllCookies().Single(c => c.Name == "__Host-authplatform-session");
        var left = cookie.Expires.ToUniversalTime() - fixture.Time.GetUtcNow().UtcDateTime;
        Assert.InRange(left, TimeSpan.FromMinutes(45) - (2 * Second), TimeSpan.FromMinutes(45) + (2 * Second));
        fixture.Time.Advance(TimeSpan.FromMinutes(44));
        Assert.NotNull((await AuthorizeSilentlyAsync(browser)).Code);
        fixture.Time.Advance(TimeSpan.FromMinutes(1) + Second);
        Assert.Equal("login_required", (await AuthorizeSilentlyAsync(browser)).Error);
    }

    private async Task<Browser> SignedInAsync(bool keep = false)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice, keep);
        return browser;
    }

    private Task<AuthorizationAnswer> AuthorizeSilentlyAsync(Browser browser) =>
        browser.AuthorizeAsync(Seed.Spa(fixture.Issuer), extra: [("prompt", "none")]);

    public abstract class ShortLived(DatabaseKind kind) : HostFixture(kind)
    {
        protected override HostSetup Prepare(HostSetup setup) => setup with
        {
            Settings = new Dictionary<string, string>
            {
                ["ACCESS_TOKEN_LIFETIME"] = "2m",
                ["REFRESH_TOKEN_LIFETIME"] = "1h",
                ["SESSION_IDLE_LIFETIME"] = "10m",
                ["SESSION_ABSOLUTE_LIFETIME"] = "30m",
                ["SESSION_PERSISTENT_LIFETIME"] = "45m",
                ["FRONTEND_URL"] = "https://front.example.test",
            },
        };
    }
}

public sealed class ShortLivesOnSqlite() : LifetimeSettingTests.ShortLived(DatabaseKind.Sqlite);

public sealed class ShortLivesOnPostgres() : LifetimeSettingTests.ShortLived(DatabaseKind.Postgres);

public sealed class LifetimeSettingOnSqliteTests(ShortLivesOnSqlite fixture)
    : LifetimeSettingTests(fixture), IClassFixture<ShortLivesOnSqlite>;

public sealed class LifetimeSettingOnPostgresTests(ShortLivesOnPostgres fixture)
    : LifetimeSettingTests(fixture), IClassFixture<ShortLivesOnPostgres>;
