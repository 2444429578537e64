using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>RFC 8252: loopback addresses are compared as texts but for the port, and a native app is not answered silently.</summary>
public abstract class NativeAppTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData("http://127.0.0.1:49152/cb")]
    [InlineData("com.example.native:/cb")]
    public async Task A_public_native_app_is_never_answered_silently(string redirectUri)
    {
        var (app, browser) = (Seed.Native(Issuer, redirectUri), await SignedInAsync());
        Assert.Equal("interaction_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
        Assert.NotNull((await browser.AuthorizeAsync(app)).Code);
        // Allowed a moment ago, and asked all the same: the next request may be another program's.
        Assert.True((await browser.OpenAsync(app.NewRequest("openid").Address)).HasForm("/consent"));
        Assert.Equal("interaction_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
    }

    [Fact]
    public async Task A_claimed_https_address_proves_the_app_and_is_answered_silently()
    {
        var app = Seed.Native(Issuer, "https://native.example.test/cb");
        Assert.NotNull((await (await SignedInAsync()).AuthorizeAsync(app, extra: [("prompt", "none")])).Code);
    }

    [Fact]
    public async Task A_sign_in_for_the_request_is_interaction_enough()
    {
        var (app, browser) = (Seed.Native(Issuer, "http://127.0.0.1:49152/cb"), fixture.Host.NewBrowser());
        var request = app.NewRequest("openid");
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: await browser.OpenAsync(request.Address));
        Assert.NotNull(AuthorizationAnswer.Read(request, back).Code);
    }

    /// <summary>Section 8.6: a program could fetch its request, and open where it was sent in the browser of a person.</summary>
    [Fact]
    public async Task What_another_browser_was_sent_to_answers_nothing_however_soon_the_person_signs_in()
    {
        var request = Seed.Native(Issuer, "http://127.0.0.1:49152/cb").NewRequest("openid");
        var fetched = ReturnOf(await fixture.Host.NewBrowser().OpenAsync(request.Address));
        var person = await SignedInAsync();
        var page = await person.OpenAsync(fetched);
        Assert.Null(page.LeftTo);
        Assert.True(page.HasForm("/consent"));
        // The person has to act here, each time that it is opened.
        var allowed = await person.SubmitAsync(page, "/consent", ("decision", "allow"));
        Assert.NotNull(AuthorizationAnswer.Read(request, allowed).Code);
        Assert.True((await person.OpenAsync(fetched)).HasForm("/consent"));
    }

    [Fact]
    public async Task One_sign_in_answers_what_waits_in_the_tabs_of_a_browser()
    {
        var (app, browser) = (Seed.Native(Issuer, "http://127.0.0.1:49152/cb"), fixture.Host.NewBrowser());
        var (first, second) = (app.NewRequest("openid"), app.NewRequest("openid", [("prompt", "login")]));
        var (one, two) = (await browser.OpenAsync(first.Address), await browser.OpenAsync(second.Address));
        var back = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: two);
        Assert.NotNull(AuthorizationAnswer.Read(second, back).Code);
        // The other tab is still at its sign-in page.
        Assert.NotNull(AuthorizationAnswer.Read(first, await browser.OpenAsync(one.Address.PathAndQuery)).Code);
    }

    [Theory]
    [InlineData("http://localhost:1234/ported")]
    [InlineData("http://localhost:7890/ported")]
    public async Task The_port_is_the_apps_also_where_one_was_registered(string redirectUri)
    {
        Assert.NotNull((await (await SignedInAsync()).AuthorizeAsync(Seed.Native(Issuer, redirectUri))).Code);
    }

    [Theory]
    [InlineData("http://127.1:49152/cb")]
    [InlineData("http://2130706433:49152/cb")]
    [InlineData("http://0x7f000001:49152/cb")]
    [InlineData("http://127.0.0.1:49152/./cb")]
    [InlineData("http://127.0.0.1:49152/x/../cb")]
    [InlineData("http://127.0.0.1:49152/%63b")]
    [InlineData("http://127.0.0.1:49152\\cb")]
    [InlineData("http:\\\\127.0.0.1:49152/cb")]
    [InlineData(" http://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1:49152/cb ")]
    [InlineData("\rhttp://127.0.0.1:49152/cb")]
    [InlineData("\nhttp://127.0.0.1:49152/cb")]
    [InlineData("http://127.0.0.1:49152/cb\r")]
    [InlineData("http://127.0.0.1:49152/cb\n")]
    [InlineData("http://127.0.0.1:49152/cb\t")]
    [InlineData("http://127.0.0.1:80/cb")]
    [InlineData("http://127.0.0.1:/cb")]
    [InlineData("http://127.0.0.1:049152/cb")]
    [InlineData("http://127.0.0.1:70000/cb")]
    [InlineData("http://127.0.0.1:49152/cb#")]
    [InlineData("http://127.0.0.1:49152/CB")]
    [InlineData("HTTP://127.0.0.1:49152/cb")]
    [InlineData("http://loopback:1234/ported")]
    [InlineData("http://LOCALHOST:1234/ported")]
    [InlineData("http://localhost.:1234/ported")]
    [InlineData("http://127.0.0.1:1234/ported")]
    [InlineData("http://[::ffff:127.0.0.1]:49152/cb")]
    [InlineData("https://native.example.test:443/cb")]
    public async Task Nothing_that_is_only_read_as_the_registered_address_is_sent_to(string redirectUri)
    {
        var browser = await SignedInAsync();
        var page = await browser.OpenAsync(Seed.Native(Issuer, redirectUri).NewRequest("openid").Address);
        Assert.Null(page.LeftTo);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        // Nor with an error.
        page = await browser.OpenAsync(Seed.Native(Issuer, redirectUri).NewRequest("openid", [("response_type", "token")]).Address);
        Assert.Null(page.LeftTo);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
    }

    private static string ReturnOf(Page page) => QueryHelpers.ParseQuery(page.Address.Query)["returnUrl"].ToString();

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }
}

public sealed class NativeAppOnSqliteTests(SqliteHost fixture) : NativeAppTests(fixture), IClassFixture<SqliteHost>;

public sealed class NativeAppOnPostgresTests(PostgresHost fixture) : NativeAppTests(fixture), IClassFixture<PostgresHost>;
