using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>OpenID Connect Session Management 1.0, where it is switched on.</summary>
public sealed class SessionManagementTests(SessionManagementTests.WatchedHost fixture) : IClassFixture<SessionManagementTests.WatchedHost>
{
    private const string StateCookie = "__Host-authplatform-session-state", SessionCookie = "__Host-authplatform-session";

    private Issuer Issuer => fixture.Issuer;

    /// <summary>In the plain way, in the long one, and in a form.</summary>
    [Theory]
    [InlineData(null, null)]
    [InlineData("prompt", "none")]
    [InlineData("response_mode", "fragment")]
    public async Task An_answer_tells_the_state_of_the_browser_hashed_for_this_app(string? name, string? value)
    {
        var (app, browser) = (Seed.Spa(Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Bob);
        var answer = await browser.AuthorizeAsync(app, "openid", name is null ? null : [(name, value)]);
        var state = answer.Parameters["session_state"];
        Assert.Equal(Expected("spa", "https://spa.example.test", Cookie(browser, StateCookie)!, state.Split('.')[1]), state);
        Assert.NotEqual(state, (await browser.AuthorizeAsync(app)).Parameters["session_state"]);
    }

    [Fact]
    public async Task The_cookie_is_a_hash_that_changes_with_the_sign_in_and_goes_with_it()
    {
        var browser = fixture.Host.NewBrowser();
        var first = await StateAsync(browser);
        Assert.DoesNotContain(first, Cookie(browser, SessionCookie), StringComparison.Ordinal);
        Assert.Equal(SHA256.HashSizeInBytes, Base64Url.DecodeFromChars(first).Length);
        await browser.SignInAsync(Seed.Bob.Email, Seed.Bob.Password, page: await browser.OpenAsync("/signin?select=1"));
        Assert.NotEqual(first, Cookie(browser, StateCookie));
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.Null(Cookie(browser, StateCookie));
    }

    [Fact]
    public async Task A_browser_that_has_lost_the_cookie_gets_it_again_with_the_next_answer()
    {
        var browser = fixture.Host.NewBrowser();
        var state = await StateAsync(browser);
        foreach (Cookie cookie in browser.Cookies.GetAllCookies()) cookie.Expired = cookie.Name == StateCookie;
        Assert.Null(Cookie(browser, StateCookie));
        await browser.AuthorizeAsync(Seed.Spa(Issuer));
        Assert.Equal(state, Cookie(browser, StateCookie));
    }

    [Fact]
    public async Task Discovery_names_a_page_that_apps_may_frame_and_that_loads_its_script_alone()
    {
        var address = (await Issuer.DiscoverAsync()).GetProperty("check_session_iframe").GetString();
        Assert.Equal(Issuer.Text + "/connect/checksession", address);
        using var answer = await Issuer.Http.GetAsync(address);
        Assert.Equal((HttpStatusCode.OK, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.False(answer.Headers.Contains("X-Frame-Options"));
        Assert.Equal(
            "default-src 'none'; script-src 'self'; base-uri 'none'; form-action 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains($"data-cookie=\"{StateCookie}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> StateAsync(Browser browser)
    {
        await browser.SignInAsync(Seed.Bob);
        return Cookie(browser, StateCookie)!;
    }

    private static string? Cookie(Browser browser, string name) =>
        browser.Cookies.GetAllCookies().SingleOrDefault(c => c.Name == name && !c.Expired)?.Value;

    // Section 3.2, as an implementer reads it.
    private static string Expected(string client, string origin, string state, string salt) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{client} {origin} {state} {salt}"))) + "." + salt;

    /// <summary>A server with SESSION_MANAGEMENT.</summary>
    public sealed class WatchedHost() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) =>
            setup with { Settings = new Dictionary<string, string>(setup.Settings) { ["SESSION_MANAGEMENT"] = "true" } };
    }
}

/// <summary>As it is by default.</summary>
public sealed class NoSessionManagementTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    [Fact]
    public async Task Nothing_of_it_is_there_unless_it_is_switched_on()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        Assert.False((await browser.AuthorizeAsync(Seed.Spa(fixture.Issuer))).Parameters.ContainsKey("session_state"));
        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), c => c.Name.Contains("session-state", StringComparison.Ordinal));
        Assert.False((await fixture.Issuer.DiscoverAsync()).TryGetProperty("check_session_iframe", out _));
        using var answer = await fixture.Issuer.Http.GetAsync("/connect/checksession");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
