using AngleSharp.Html.Dom;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Protocol.Logout;

/// <summary>OpenID Connect Front-Channel Logout 1.0.</summary>
public abstract class FrontchannelLogoutTests(LogoutHost fixture)
{
    private const string Web = "https://web.example.test/front?x=1", Third = "https://third.example.test/front";

    private Issuer Issuer => fixture.Issuer;

    [Fact]
    public async Task A_sign_out_from_an_app_shows_the_apps_of_this_browser_and_then_goes_back()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob);
        var third = Seed.ThirdParty(Issuer);
        var other = await third.RedeemCodeAsync(await browser.AuthorizeAsync(third));
        await browser.AuthorizeAsync(Seed.Spa(Issuer));
        var page = await browser.OpenAsync(QueryHelpers.AddQueryString(Issuer.PathOf("/connect/endsession"), new Dictionary<string, string?>
        {
            ["id_token_hint"] = tokens.Text("id_token"), ["post_logout_redirect_uri"] = "https://web.example.test/signed-out",
            ["state"] = "s",
        }));
        Assert.Equal([With(Third, other), With(Web, tokens)], FramesOf(page).Order());
        Assert.Equal(
            "frame-src https://third.example.test/front https://web.example.test/front",
            string.Join(' ', Policy(page).Split(' ').Take(1).Concat(Policy(page).Split(' ').Skip(1).Order())));
        var onward = (IHtmlAnchorElement)page.Document.QuerySelector("a[data-go-on]")!;
        Assert.Equal("https://web.example.test/signed-out?state=s", onward.Href);
        Assert.All(
            page.Document.QuerySelectorAll("iframe"), f => Assert.Equal("allow-scripts allow-same-origin", f.GetAttribute("sandbox")));
    }

    [Fact]
    public async Task A_sign_out_on_the_page_of_the_server_shows_them_too()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob, "openid offline_access");
        var page = await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.Equal([With(Web, tokens)], FramesOf(page));
        Assert.Null(page.Document.QuerySelector("a[data-go-on]"));
    }

    [Fact]
    public async Task Without_such_an_app_there_is_no_page_between()
    {
        var (browser, tokens) = await fixture.SignInAsync(Seed.Spa(Issuer), Seed.Bob);
        var page = await browser.OpenAsync(QueryHelpers.AddQueryString(Issuer.PathOf("/connect/endsession"), new Dictionary<string, string?>
        {
            ["id_token_hint"] = tokens.Text("id_token"), ["post_logout_redirect_uri"] = "https://spa.example.test/",
        }));
        Assert.Equal("https://spa.example.test/", page.LeftTo?.AbsoluteUri);
    }

    [Theory]
    [InlineData("apps=x")]
    [InlineData("apps=CfDJ8AAA")]
    [InlineData("apps=https://evil.example/")]
    public async Task Nobody_else_says_what_is_framed(string query)
    {
        var page = await fixture.Host.NewBrowser().OpenAsync("/signed-out?" + query);
        Assert.Empty(FramesOf(page));
        Assert.Null(page.Document.QuerySelector("a[data-go-on]"));
        Assert.DoesNotContain("frame-src", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_of_a_sign_out_shows_nothing_later()
    {
        var (browser, _) = await fixture.SignInAsync(Seed.Web(Issuer), Seed.Bob);
        var page = await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.NotEmpty(FramesOf(page));
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Empty(FramesOf(await browser.OpenAsync(page.Address.PathAndQuery)));
    }

    private static string Policy(Page page) =>
        page.Headers.GetValues("Content-Security-Policy").Single().Split("; ")
            .Single(directive => directive.StartsWith("frame-src", StringComparison.Ordinal));

    private static IEnumerable<string> FramesOf(Page page) => page.Document.QuerySelectorAll("iframe").Select(f => f.GetAttribute("src")!);

    private string With(string address, TokenAnswer tokens) => QueryHelpers.AddQueryString(
        address, new Dictionary<string, string?> { ["iss"] = Issuer.Text, ["sid"] = tokens.IdToken.GetPayloadValue<string>("sid") });
}

public sealed class FrontchannelLogoutOnSqlite(LogoutOnSqlite fixture) : FrontchannelLogoutTests(fixture), IClassFixture<LogoutOnSqlite>;

public sealed class FrontchannelLogoutOnPostgres(LogoutOnPostgres fixture)
    : FrontchannelLogoutTests(fixture), IClassFixture<LogoutOnPostgres>;
