using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Api;

/// <summary>The refresh token of a browser app in a cookie, and what keeps everybody else from using it.</summary>
public abstract class CookieModeTests(HostFixture fixture)
{
    private const string Frontend = "https://front.example.test";

    private static readonly object InCookie = new { refresh_cookie = true };

    private ApiCaller Page => new(fixture.Issuer) { Origin = Frontend, Csrf = "1" };

    [Fact]
    public async Task The_refresh_token_leaves_in_a_cookie_that_no_script_reads_and_not_in_the_body()
    {
        var login = await Page.LoginAsync(Seed.Alice, InCookie);
        Assert.Equal((HttpStatusCode.OK, false, false), (login.Status, login.Has("refresh_token"), login.Has("id_token")));
        var parts = login.SetCookie!.Split("; ").Skip(1).Select(p => p.ToLowerInvariant()).ToList();
        var expires = parts.Single(p => p.StartsWith("expires=", StringComparison.Ordinal));
        Assert.Equal(
            ["httponly", "path=/v1/auth", "samesite=strict", "secure"], parts.Where(p => p != expires).Order(StringComparer.Ordinal));
        var end = DateTimeOffset.Parse(expires["expires=".Length..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(end - fixture.Time.GetUtcNow(), TimeSpan.FromDays(30) - TimeSpan.FromSeconds(2), TimeSpan.FromDays(30));
    }

    [Fact]
    public async Task A_refresh_by_cookie_rotates_it_and_two_tabs_get_the_same_one()
    {
        var login = await Page.LoginAsync(Seed.Alice, InCookie);
        var tab = Page with { Cookie = login.Cookie };
        // One with an empty object, the other without any body.
        var one = await tab.RefreshAsync(null);
        var two = await tab.SendAsync(HttpMethod.Post, "/v1/auth/refresh", null);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, false), (one.Status, two.Status, one.Has("refresh_token")));
        Assert.Equal(one.Cookie, two.Cookie);
        Assert.NotEqual(login.Cookie, one.Cookie);
        Assert.Equal(
            new JsonWebToken(one.AccessToken).GetPayloadValue<string>("sid"), new JsonWebToken(two.AccessToken)
                .GetPayloadValue<string>("sid"));
    }

    [Fact]
    public async Task A_logout_by_cookie_ends_the_session_and_deletes_the_cookie()
    {
        var login = await Page.LoginAsync(Seed.Alice, InCookie);
        var page = Page with { Cookie = login.Cookie };
        var logout = await page.LogoutAsync();
        Assert.Equal(HttpStatusCode.NoContent, logout.Status);
        Deleted(logout);
        var refused = await page.RefreshAsync(null);
        ApiAnswer.Refused(refused, HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        Deleted(refused);
    }

    [Fact]
    public async Task A_logout_by_the_access_token_deletes_the_cookie_of_the_same_session_and_no_other()
    {
        var (login, other) = (await Page.LoginAsync(Seed.Alice, InCookie), await Page.LoginAsync(Seed.Bob, InCookie));
        var kept = await (Page with { Bearer = other.AccessToken, Cookie = login.Cookie }).LogoutAsync();
        Assert.Equal((HttpStatusCode.NoContent, null), (kept.Status, kept.SetCookie));
        Deleted(await (Page with { Bearer = login.AccessToken, Cookie = login.Cookie }).LogoutAsync());
    }

    public static TheoryData<string?, string?> MissingGuards => new()
    {
        { Frontend, null }, { Frontend, "0" }, { Frontend, "" }, { null, "1" }, { "null", "1" }, { "https://evil.example.test", "1" },
        { "https://front.example.test.evil.example", "1" }, { "http://front.example.test", "1" },
        { "https://front.example.test:8443", "1" },
        // Registered, but for other clients: one of somebody else, and one of ours.
        { "https://third.example.test", "1" }, { "https://spa.example.test", "1" },
    };

    [Theory]
    [MemberData(nameof(MissingGuards))]
    public async Task Without_the_header_or_from_another_origin_the_cookie_is_worth_nothing(string? origin, string? header)
    {
        var login = await Page.LoginAsync(Seed.Alice, InCookie);
        var page = new ApiCaller(fixture.Issuer) { Origin = origin, Csrf = header, Cookie = login.Cookie };
        foreach (var answer in new[] { await page.RefreshAsync(null), await page.LogoutAsync(), await page.LoginAsync(Seed.Bob, InCookie) })
        {
            ApiAnswer.Refused(answer, HttpStatusCode.Forbidden, "forbidden");
            Assert.Null(answer.SetCookie);
        }

        Assert.Equal(HttpStatusCode.OK, (await (Page with { Cookie = login.Cookie }).RefreshAsync(null)).Status);
    }

    [Fact]
    public async Task Pages_of_the_issuer_itself_may_use_the_cookie()
    {
        var page = Page with { Origin = fixture.Issuer.Text };
        var login = await page.LoginAsync(Seed.Alice, InCookie);
        Assert.Equal(HttpStatusCode.OK, (await (page with { Cookie = login.Cookie }).RefreshAsync(null)).Status);
    }

    [Fact]
    public async Task Another_app_cannot_turn_the_cookie_into_tokens_of_its_own_nor_delete_it()
    {
        var login = await Page.LoginAsync(Seed.Alice, InCookie);
        foreach (
            var (
                origin, client) in new[] { ("https://third.example.test", "third-party"), ("https://spa.example.test", "spa"),
                    (Frontend, "spa") })
        {
            var page = Page with { Origin = origin, Cookie = login.Cookie };
            foreach (
                var answer in new[] { await page.RefreshAsync(null, new { client_id = client }), await page.LogoutAsync(
                    null, new { client_id = client }) })
            {
                ApiAnswer.Refused(answer, HttpStatusCode.Forbidden, "forbidden");
                Assert.Null(answer.SetCookie);
            }
        }
    }

    [Fact]
    public async Task A_login_over_the_cookie_of_an_older_session_ends_that_one()
    {
        var older = await Page.LoginAsync(Seed.Alice, InCookie);
        var newer = await (Page with { Cookie = older.Cookie }).LoginAsync(Seed.Bob, InCookie);
        ApiAnswer.Refused(
            await (Page with { Cookie = older.Cookie }).RefreshAsync(null), HttpStatusCode.Unauthorized, "invalid-grant", "Bearer");
        Assert.Equal(HttpStatusCode.OK, (await (Page with { Cookie = newer.Cookie }).RefreshAsync(null)).Status);
        // A wrong password ends nothing.
        var page = Page with { Cookie = (await Page.LoginAsync(Seed.Alice, InCookie)).Cookie };
        Assert.Equal(HttpStatusCode.Unauthorized, (await page.LoginAsync(new("nobody@example.test", "x"), InCookie)).Status);
        Assert.Equal(HttpStatusCode.OK, (await page.RefreshAsync(null)).Status);
    }

    [Fact]
    public async Task A_token_in_the_body_needs_no_guard_and_leaves_the_cookie_alone()
    {
        var login = await new ApiCaller(fixture.Issuer).LoginAsync(Seed.Alice);
        var answer = await new ApiCaller(fixture.Issuer) { Cookie = "anything" }.RefreshAsync(login.RefreshToken);
        Assert.Equal((HttpStatusCode.OK, null, true), (answer.Status, answer.SetCookie, answer.Has("refresh_token")));
    }

    [Fact]
    public async Task A_preflight_of_an_app_of_ours_is_allowed_with_credentials()
    {
        var answer = await PreflightAsync("/v1/auth/refresh", Frontend);
        Assert.Equal((Frontend, "true"), (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials")));
        foreach (var name in new[] { "x-csrf", "content-type", "authorization", "if-match", "idempotency-key" })
        {
            Assert.Contains(name, answer.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        }

        // A first-party client's registered origin.
        Assert.Equal(
            "true", (await PreflightAsync("/v1/auth/login", "https://spa.example.test")).Header("Access-Control-Allow-Credentials"));
        var login = await Page.LoginAsync(Seed.Alice, InCookie);
        Assert.Equal((Frontend, "true"), (login.Header("Access-Control-Allow-Origin"), login.Header("Access-Control-Allow-Credentials")));
        Assert.Equal(
            "RateLimit,RateLimit-Policy,Retry-After,ETag,Location,Link,WWW-Authenticate,Idempotent-Replayed,DPoP-Nonce,Device-Token,"
                + "x-fapi-interaction-id",
            login.Header("Access-Control-Expose-Headers"));
    }

    [Theory]
    [InlineData("/v1/auth/login", "https://third.example.test")]
    [InlineData("/V1/AUTH/login", "https://third.example.test")]
    [InlineData("/v1/auth/login", "https://evil.example.test")]
    [InlineData("/v1/users", "https://evil.example.test")]
    [InlineData("/connect/token", "https://evil.example.test")]
    [InlineData("/signin", "https://front.example.test")]
    [InlineData("/v1/auth/login", "null")]
    public async Task A_preflight_of_anybody_else_gets_nothing(string path, string origin) =>
        Assert.DoesNotContain(
            (await PreflightAsync(path, origin)).Headers, h => h.Key.StartsWith("Access-Control", StringComparison.Ordinal));

    [Theory]
    [InlineData("/v1/users", "https://third.example.test", null)]
    [InlineData("/v1/users", Frontend, null)]
    [InlineData("/connect/userinfo", "https://third.example.test", null)]
    // It reads no cookie; some client libraries send theirs all the same.
    [InlineData("/connect/token", "https://third.example.test", "true")]
    public async Task Elsewhere_registered_origins_are_allowed_without_cookies_that_count(string path, string origin, string? credentials)
    {
        var answer = await PreflightAsync(path, origin);
        Assert.Equal(
            (origin, credentials),
            (answer.Header("Access-Control-Allow-Origin"), answer.Header("Access-Control-Allow-Credentials")));
    }

    private Task<ApiAnswer> PreflightAsync(string path, string origin) => new ApiCaller(fixture.Issuer) { Origin = origin }.SendAsync(
        HttpMethod.Options, path, null, ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,if-match,x-csrf"));

    private static void Deleted(ApiAnswer answer)
    {
        Assert.StartsWith("__Secure-authplatform-refresh=; expires=Thu, 01 Jan 1970", answer.SetCookie, StringComparison.Ordinal);
        Assert.Contains("path=/v1/auth", answer.SetCookie, StringComparison.Ordinal);
    }
}

public sealed class FrontendSqliteHost() : HostFixture(DatabaseKind.Sqlite)
{
    protected override HostSetup Prepare(HostSetup setup) =>
        setup with { Settings = new Dictionary<string, string> { ["FRONTEND_URL"] = "https://front.example.test/app" } };
}

public sealed class FrontendPostgresHost() : HostFixture(DatabaseKind.Postgres)
{
    protected override HostSetup Prepare(HostSetup setup) =>
        setup with { Settings = new Dictionary<string, string> { ["FRONTEND_URL"] = "https://front.example.test/app" } };
}

public sealed class CookieModeOnSqlite(FrontendSqliteHost fixture) : CookieModeTests(fixture), IClassFixture<FrontendSqliteHost>;

public sealed class CookieModeOnPostgres(FrontendPostgresHost fixture) : CookieModeTests(fixture), IClassFixture<FrontendPostgresHost>;
