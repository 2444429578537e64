using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>
/// RFC 6749 section 4.1.2.1 and RFC 9700 section 4.11: who does not want to sign in goes back to the app that asked, and to nobody else.
/// </summary>
public sealed class CancelledSignInTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    private const string Cancel = "/signin/cancel";

    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task Whoever_does_not_want_to_sign_in_goes_back_to_the_app_as_access_denied()
    {
        var (request, browser) = (Seed.Web(Issuer).NewRequest("openid"), fixture.Host.NewBrowser());
        var answer = AuthorizationAnswer.Read(request, await browser.SubmitAsync(await browser.OpenAsync(request.Address), Cancel));
        Assert.Equal("access_denied", answer.Error);
        Assert.Equal((request.State, Issuer.Text), (answer.Parameters["state"], answer.Parameters["iss"]));
        // Nobody remembers it.
        Assert.True((await browser.OpenAsync(request.Address)).HasForm(Cancel));
    }

    [Fact]
    public async Task A_person_who_is_asked_to_sign_in_again_may_refuse_and_stays_signed_in()
    {
        var (app, browser) = (Seed.Web(Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        foreach (var prompt in new[] { "login", "select_account" })
        {
            var request = app.NewRequest("openid", [("prompt", prompt)]);
            var page = await browser.SubmitAsync(await browser.OpenAsync(request.Address), Cancel);
            Assert.Equal("access_denied", AuthorizationAnswer.Read(request, page).Error);
        }

        Assert.NotNull((await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Code);
    }

    [Fact]
    public async Task A_pushed_request_that_is_refused_has_ended()
    {
        var (request, browser) = (await Seed.Web(Issuer).NewPushedRequestAsync(), fixture.Host.NewBrowser());
        var answer = AuthorizationAnswer.Read(request, await browser.SubmitAsync(await browser.OpenAsync(request.Address), Cancel));
        Assert.Equal(("access_denied", request.State), (answer.Error, answer.Parameters["state"]));
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(request.Address)).Status);
    }

    [Theory]
    [InlineData("redirect_uri", "https://evil.example/cb")]
    [InlineData("client_id", "nobody")]
    public async Task Nobody_is_led_to_an_address_that_is_not_registered(string name, string value)
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(Seed.Web(Issuer).NewRequest("openid").Address);
        var wrong = Seed.Web(Issuer).NewRequest("openid", [(name, value)]).Address;
        var after = await browser.SubmitAsync(page, Cancel, ("returnUrl", wrong));
        Assert.Null(after.LeftTo);
        Assert.Equal(HttpStatusCode.BadRequest, after.Status);
    }

    [Fact]
    public async Task The_no_of_a_person_who_was_not_signed_in_counts_for_nobody_who_is()
    {
        var (app, browser) = (Seed.Web(Issuer), fixture.Host.NewBrowser());
        var request = app.NewRequest("openid");
        var page = await browser.OpenAsync(request.Address);
        using var content = new FormUrlEncodedContent(Browser.FieldsOf(page.Form(Cancel)!));
        using var pressed = await browser.Http.PostAsync(Cancel, content);
        var denied = new Page(pressed.StatusCode, page.Address, pressed.Headers, await pressed.Content.ReadAsStringAsync(), null).GoesOnTo!;
        await browser.SignInAsync(Seed.Alice);
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.OpenAsync(denied)).Code);
        // Without the mark, or with one of another request, nobody has refused anything.
        var stranger = fixture.Host.NewBrowser();
        Assert.True((await stranger.OpenAsync(denied.Replace("interaction=", "interaction=x", StringComparison.Ordinal))).HasForm(Cancel));
        Assert.True((await stranger.OpenAsync(denied.Replace("scope=openid", "scope=email", StringComparison.Ordinal))).HasForm(Cancel));
    }

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signin?returnUrl=%2Faccount%2Fsecurity")]
    [InlineData("/signin?returnUrl=%2Fdevice%3Fclient_id%3Dweb")]
    [InlineData("/signin?returnUrl=%2Fconnect%2Fauthorize%3Fclient_id%3Dnobody")]
    public async Task Where_no_app_waits_there_is_nothing_to_cancel(string address) =>
        Assert.False((await fixture.Host.NewBrowser().OpenAsync(address)).HasForm(Cancel));

    [Fact]
    public async Task The_page_with_a_wrong_password_has_the_button_too()
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(Seed.Web(Issuer).NewRequest("openid").Address);
        Assert.True((await browser.SignInAsync(Seed.Alice.Email, "Not-Her-Password-1", page: page)).HasForm(Cancel));
    }
}
