using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>A password that is easy to guess is refused with one reason, while the person types and when the form is sent.</summary>
public sealed class GuessablePasswordTests(SqliteHost fixture) : IClassFixture<SqliteHost>
{
    [Theory]
    [InlineData("Password1!", "common password")]
    [InlineData("P@ssword1", "common password")]
    [InlineData("Welcome1!", "common password")]
    [InlineData("Qwerty123!", "common password")]
    [InlineData("Admin123!", "common password")]
    [InlineData("Passw0rd!", "common password")]
    [InlineData("P@$$w0rd", "common password")]
    [InlineData("Wilhelmina-7", "your name")]
    public async Task Page_and_live_check_say_the_same_reason(string password, string reason)
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signup");
        (string, string)[] typed = [("email", "new@example.test"), ("first_name", "Wilhelmina"), ("password", password)];
        var live = await CheckAsync(browser, page, typed);
        Assert.Equal(HttpStatusCode.OK, live.Status);
        Assert.Contains(reason, live.Text, StringComparison.Ordinal);
        var sent = await browser.SubmitAsync(page, "/signup", typed);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, sent.Status);
        Assert.Contains(live.Text, WebUtility.HtmlDecode(sent.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strong_password_has_no_reason_and_a_forged_question_no_answer()
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signup");
        Assert.Equal(
            (HttpStatusCode.NoContent, ""), await CheckAsync(
                browser, page, ("email", "new@example.test"), ("password", "Vexing-Harbour-42")));
        using var forged = new FormUrlEncodedContent([new("password", "Password1!")]);
        using var answer = await fixture.Issuer.Http.PostAsync("/signup/password", forged);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_password_that_is_too_long_is_told_while_it_is_typed()
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signup");
        // Code points, not UTF-16: 128 of them are taken.
        var longest = "Vexing-Harbour-42"
            + string.Concat(Enumerable.Range(0, 111).Select(i => char.ConvertFromUtf32(0x1F400 + (i * i * 37 % 500))));
        Assert.Equal(HttpStatusCode.NoContent, (await CheckAsync(browser, page, ("password", longest))).Status);
        var (status, words) = await CheckAsync(browser, page, ("password", longest + "a"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("too long", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_address_may_not_ask_without_end()
    {
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signup");
        var last = HttpStatusCode.OK;
        for (var i = 0; i < 70 && last != HttpStatusCode.TooManyRequests; i++)
        {
            last = (await CheckAsync(browser, page, ("password", "x"))).Status;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
    }

    private static async Task<(HttpStatusCode Status, string Text)> CheckAsync(
        Browser browser, Page page, params (string Name, string Value)[] typed)
    {
        var token = page.Form("/signup")!.Elements.OfType<AngleSharp.Html.Dom.IHtmlInputElement>().First(i => i.Type == "hidden"
            && i.Name!.Contains("Token", StringComparison.Ordinal));
        using var content = new FormUrlEncodedContent(
            [new(token.Name!, token.Value), .. typed.Select(t => KeyValuePair.Create(t.Name, t.Value))]);
        using var answer = await browser.Http.PostAsync("/signup/password", content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
