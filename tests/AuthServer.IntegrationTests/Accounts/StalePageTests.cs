using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>Pages that were open for long, in a second tab, or in a browser without cookies.</summary>
public abstract class StalePageTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData("prompt", "login")]
    [InlineData("max_age", "0")]
    public async Task A_page_that_was_open_for_an_hour_asks_for_the_password_once(string parameter, string value)
    {
        var browser = fixture.Host.NewBrowser();
        var request = Seed.Spa(Issuer).NewRequest("openid", [(parameter, value)]);
        var page = await browser.OpenAsync(request.Address);
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var landed = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: page);
        Assert.NotNull(AuthorizationAnswer.Read(request, landed).Code);
    }

    [Fact]
    public async Task A_page_for_a_new_account_that_was_open_for_an_hour_goes_on_to_the_app()
    {
        var browser = fixture.Host.NewBrowser();
        var request = Seed.Spa(Issuer).NewRequest("openid", [("prompt", "create")]);
        var page = await browser.OpenAsync(request.Address);
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var landed = await browser.SubmitAsync(
            page, "/signup", ("email", $"{Guid.CreateVersion7():N}@example.test"), ("password", "Orange-Kettle-19"));
        Assert.NotNull(AuthorizationAnswer.Read(request, landed).Code);
    }

    [Fact]
    public async Task A_second_tab_after_a_sign_in_in_the_first_offers_to_continue()
    {
        var browser = fixture.Host.NewBrowser();
        var request = Seed.Spa(Issuer).NewRequest("openid");
        var (first, second) = (await browser.OpenAsync(request.Address), await browser.OpenAsync(request.Address));
        var create = await browser.OpenAsync("/signup");
        await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: first);

        var page = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: second);
        Assert.Contains("You are signed in here already", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var onward = await browser.OpenAsync(page.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        Assert.NotNull(AuthorizationAnswer.Read(request, onward).Code);

        var chosen = await browser.SubmitAsync(create, "/signup", ("email", "eva@example.test"), ("password", "Orange-Kettle-19"));
        Assert.Equal("/signin", chosen.Address.AbsolutePath);
        Assert.Contains(Seed.Alice.Email, chosen.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_signed_in_is_sent_on_from_the_page_for_a_new_account_unless_they_ask_for_it()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        Assert.Equal("/", (await browser.OpenAsync("/signup")).Address.AbsolutePath);
        Assert.True((await browser.OpenAsync(Seed.Spa(Issuer).NewRequest("openid", [("prompt", "create")]).Address)).HasForm("/signup"));
        var choosing = await browser.OpenAsync("/signin?select=1");
        Assert.True(
            (await browser.OpenAsync(choosing.Document.QuerySelector("a[href^='/signup']")!.GetAttribute("href")!)).HasForm("/signup"));
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signup")]
    public async Task A_browser_without_cookies_is_told_so(string path)
    {
        var page = await fixture.Host.NewBrowser().OpenAsync(path);
        var answer = await fixture.Host.NewBrowser()
            .SubmitAsync(page, path, ("email", Seed.Alice.Email), ("password", Seed.Alice.Password));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("Allow cookies for this site", answer.Document.Body!.TextContent, StringComparison.Ordinal);
    }
}

public sealed class StalePageOnSqliteTests(SqliteHost fixture) : StalePageTests(fixture), IClassFixture<SqliteHost>;

public sealed class StalePageOnPostgresTests(PostgresHost fixture) : StalePageTests(fixture), IClassFixture<PostgresHost>;
