using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Languages;

/// <summary>In which language a person is answered.</summary>
public sealed class PageLanguageTests(MailOnSqlite fixture) : IClassFixture<MailOnSqlite>
{
    private Issuer Issuer => fixture.Issuer;

    [Theory]
    [InlineData("/signin")]
    [InlineData("/signup")]
    [InlineData("/password/forgotten")]
    [InlineData("/signed-out")]
    [InlineData("/there-is-no-such-page")]
    [InlineData("/connect/authorize?client_id=nobody")]
    [InlineData("/connect/authorize?client_id=spa&redirect_uri=https%3A%2F%2Fevil.example")]
    public async Task The_browser_decides_where_nothing_else_does_also_on_pages_of_errors(string path)
    {
        var inEnglish = await Speaking(null).OpenAsync(path);
        var inGerman = await Speaking("tlh, de-CH;q=0.9, en;q=0.5").OpenAsync(path);
        Assert.Equal(("en", "ltr"), LanguageOf(inEnglish));
        Assert.Equal(("de", "ltr"), LanguageOf(inGerman));
        Assert.NotEqual(HeadingOf(inEnglish), HeadingOf(inGerman));
        Assert.Equal(("ar", "rtl"), LanguageOf(await Speaking("ar-EG").OpenAsync(path)));
    }

    [Theory]
    [InlineData("de;q=0, fr", "fr")]
    [InlineData("*", "en")]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("zh-TW,zh;q=0.9", "zh-Hant")]
    [InlineData("en-US,en;q=0.9,de;q=0.8", "en")]
    [InlineData("\u00e4, ;;q=, de;q=9999999999999999", "en")]
    public async Task Accept_Language_is_read_as_RFC_9110_has_it(string accept, string expected) =>
        Assert.Equal(expected, LanguageOf(await Speaking(accept).OpenAsync("/signin")).Language);

    [Fact]
    public async Task An_app_asks_for_a_language_and_it_stays_through_the_sign_in()
    {
        var request = Seed.ThirdParty(Issuer).NewRequest("openid", [("ui_locales", "tlh fr-CA fr en")]);
        var person = await fixture.NewPersonAsync();
        var browser = Speaking("de");
        var signIn = await browser.OpenAsync(request.Address);
        Assert.Equal("fr", LanguageOf(signIn).Language);
        var wrong = await browser.SignInAsync(person.Email, "wrong", page: signIn);
        Assert.Equal("fr", LanguageOf(wrong).Language);
        Assert.Equal("fr", LanguageOf(await browser.SignInAsync(person.Email, person.Password, page: wrong)).Language);
        // Another page of the same browser has nothing to do with that app.
        Assert.Equal("de", LanguageOf(await browser.OpenAsync("/")).Language);
    }

    [Fact]
    public async Task The_language_of_the_account_comes_before_that_of_the_browser_also_before_the_next_sign_in()
    {
        var person = await fixture.NewPersonAsync();
        var browser = Speaking("de");
        await browser.SignInAsync(person);
        var saved = await browser.SubmitAsync(
            await browser.OpenAsync("/account/profile"), "/account/profile/language", ("locale", "es-MX"));
        Assert.Equal("es", LanguageOf(saved).Language);

        var elsewhere = Speaking("de");
        await elsewhere.SignInAsync(person);
        Assert.Equal("es", LanguageOf(await elsewhere.OpenAsync("/account")).Language);
        await elsewhere.SubmitAsync(await elsewhere.OpenAsync("/signout"), "/signout");
        Assert.Equal("es", LanguageOf(await elsewhere.OpenAsync("/signin")).Language);

        // The next person of this browser has none.
        await elsewhere.SignInAsync(await fixture.NewPersonAsync());
        Assert.Equal("de", LanguageOf(await elsewhere.OpenAsync("/account")).Language);
    }

    [Fact]
    public async Task A_mail_is_in_the_language_of_the_account_or_else_of_the_page_that_asked_for_it()
    {
        var person = await fixture.NewPersonAsync();
        await AskAsync(null);
        // Nobody has said anything: the first language of the server, whichever that is when the mail is drawn.
        Assert.Null((await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Language);
        await AskAsync("fr");
        Assert.Equal("fr", (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Language);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.Claims, """{"locale":"ja"}""")));
        await AskAsync("fr");
        Assert.Equal("ja", (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Language);

        async Task AskAsync(string? accept)
        {
            var browser = Speaking(accept);
            var page = await browser.SubmitAsync(
                await browser.OpenAsync("/password/forgotten"), "/password/forgotten", ("email", person.Email));
            Assert.Equal(HttpStatusCode.OK, page.Status);
        }
    }

    [Theory]
    [InlineData("/v1/docs")]
    [InlineData("/v1/openapi.json")]
    public async Task What_developers_read_is_in_English(string path)
    {
        var answer = await Speaking("de").Http.GetStringAsync(path);
        Assert.Equal(await Speaking("en").Http.GetStringAsync(path), answer);
    }

    [Fact]
    public async Task Discovery_lists_the_languages()
    {
        var document = await Speaking(null).Http.GetStringAsync("/.well-known/openid-configuration");
        using var json = System.Text.Json.JsonDocument.Parse(document);
        var listed = json.RootElement.GetProperty("ui_locales_supported").EnumerateArray().Select(l => l.GetString()).ToList();
        Assert.Equal(listed.Order(StringComparer.Ordinal), listed);
        Assert.Contains("en", listed);
        Assert.Contains("zh-Hant", listed);
    }

    private Browser Speaking(string? accept)
    {
        var browser = fixture.Host.NewBrowser();
        if (accept is not null) browser.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accept);
        return browser;
    }

    private static (string? Language, string? Direction) LanguageOf(Page page) =>
        (page.Document.DocumentElement.GetAttribute("lang"), page.Document.DocumentElement.GetAttribute("dir"));

    private static string HeadingOf(Page page) => page.Document.QuerySelector("h1")!.TextContent;
}
