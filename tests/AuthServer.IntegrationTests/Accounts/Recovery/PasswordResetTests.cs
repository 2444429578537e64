using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>"Forgot your password?" as people use it: by the code in the tab that asked, and by the link anywhere.</summary>
public abstract class PasswordResetTests(MailFixture fixture)
{
    private const string New = "Brass-Teapot-61-Moon";

    private Forgetful Person => new(fixture);

    [Fact]
    public async Task A_code_lets_a_person_choose_a_new_password_in_the_middle_of_an_authorization_which_then_goes_on()
    {
        var person = await fixture.NewPersonAsync();
        var (browser, request) = (fixture.Host.NewBrowser(), Seed.Spa(fixture.Issuer).NewRequest("openid email"));
        var signIn = await browser.OpenAsync(request.Address);
        var ask = await browser.OpenAsync(signIn.Document.QuerySelector("a[href^='/password/forgotten']")!.GetAttribute("href")!);
        var code = await browser.SubmitAsync(ask, "/password/forgotten", ("email", person.Email.ToUpperInvariant()));
        Assert.Equal(HttpStatusCode.OK, code.Status);
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        var choose = await browser.SubmitAsync(code, "/password/code", ("code", $"{letter.Code[..3]} {letter.Code[3..]}"));
        Assert.Equal(person.Email, choose.Document.QuerySelector("input[autocomplete=username]")!.GetAttribute("value"));
        var done = await browser.SubmitAsync(choose, "/password/reset", ("password", New));
        Assert.Contains("You are signed out everywhere", done.Document.Body!.TextContent, StringComparison.Ordinal);

        var again = await browser.OpenAsync(done.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        var app = AuthorizationAnswer.Read(request, await browser.SignInAsync(person.Email, New, page: again));
        var tokens = await Seed.Spa(fixture.Issuer).RedeemCodeAsync(app);
        Assert.True((await Seed.Spa(fixture.Issuer).UserInfoAsync(tokens.AccessToken)).Json.GetProperty("email_verified").GetBoolean());
        await fixture.LatestAsync<PasswordChangedLetter>(person.Email);
    }

    [Fact]
    public async Task A_reset_ends_every_session_and_every_token_of_the_account()
    {
        var person = await fixture.NewPersonAsync();
        var elsewhere = fixture.Host.NewBrowser();
        await elsewhere.SignInAsync(person);
        var app = Seed.Spa(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await elsewhere.AuthorizeAsync(app, "openid offline_access"));
        await Person.ResetByLinkAsync(person.Email, New);
        Assert.False((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        Assert.True((await elsewhere.OpenAsync("/signin")).HasForm("/signin"));
        Assert.Equal(
            0, await fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.User!.Email == person.Email)));
        Assert.True((await fixture.Host.NewBrowser().SignInAsync(person)).HasForm("/signin"));
        await ApiClient.SignInAsync(fixture.Host, person with { Password = New }, "openid account:read");
    }

    [Fact]
    public async Task Opening_the_link_uses_nothing_up_and_pressing_its_button_does_so_once()
    {
        var person = await fixture.NewPersonAsync();
        var link = await Person.LinkAsync(person.Email);
        // Scanners of mails and previews of messengers come first, and several times.
        for (var i = 0; i < 3; i++)
        {
            await fixture.Issuer.Http.GetAsync(link);
            await fixture.Issuer.Http.SendAsync(new(HttpMethod.Head, link));
        }

        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(link);
        var weak = await browser.SubmitAsync(page, "/password/reset", ("password", "password1"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(weak, "/password/reset", ("password", New))).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.SubmitAsync(page, "/password/reset", ("password", New + "2"))).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(link)).Status);
        await ApiClient.SignInAsync(fixture.Host, person with { Password = New }, "openid account:read");
    }

    [Fact]
    public async Task Code_and_link_end_after_a_quarter_of_an_hour()
    {
        var person = await fixture.NewPersonAsync();
        var (browser, page) = await Person.AskAsync(person.Email);
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        fixture.Time.Advance(TimeSpan.FromMinutes(15));
        var late = await browser.SubmitAsync(page, "/password/code", ("code", letter.Code));
        Assert.Contains("no longer works", late.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(letter.Link)).Status);
    }

    [Theory]
    [InlineData("another password")]
    [InlineData("another address")]
    [InlineData("disabled")]
    public async Task A_proof_is_of_the_account_as_it_was(string change)
    {
        var person = await fixture.NewPersonAsync();
        var (browser, page) = await Person.AskAsync(person.Email);
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        var choose = await browser.SubmitAsync(page, "/password/code", ("code", letter.Code));
        if (change == "another password") await Person.ResetByLinkAsync(person.Email, New);
        else await Person.ChangeAsync(person.Email, change == "disabled");

        var late = await browser.SubmitAsync(choose, "/password/reset", ("password", "Copper-Window-52-Sun"));
        Assert.Equal(HttpStatusCode.Gone, late.Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(letter.Link)).Status);
    }

    [Fact]
    public async Task An_app_resets_a_password_by_the_api()
    {
        var (person, api) = (await fixture.NewPersonAsync(), new ApiClient(fixture.Issuer));
        var asked = (await api.PostAsync("/v1/auth/password/forgotten", new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        var (request, code) = (asked.Text("request"), (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Code);
        var wrong = code == "000000" ? "000001" : "000000";
        (await ResetAsync(new { request, code = wrong, password = New })).Expect(HttpStatusCode.UnprocessableEntity, "wrong-code");
        var weak = (await ResetAsync(new { request, code, password = "password1" })).Expect(
            HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["password"], weak.Members);
        (await ResetAsync(new { request, password = New })).Expect(HttpStatusCode.BadRequest, "invalid-request");
        (await ResetAsync(new { request, code, password = New })).Expect(HttpStatusCode.NoContent);
        (await ResetAsync(new { request, code, password = New })).Expect(HttpStatusCode.Gone, "code-ended");
        await ApiClient.SignInAsync(fixture.Host, person with { Password = New }, "openid account:read");

        (await api.PostAsync("/v1/auth/password/forgotten", new { email = person.Email })).Expect(HttpStatusCode.Accepted);
        var token = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Link.Split("token=")[1];
        (await ResetAsync(new { token, password = "Copper-Window-52-Sun" })).Expect(HttpStatusCode.NoContent);
        (await ResetAsync(new { token, password = New })).Expect(HttpStatusCode.Gone, "code-ended");

        Task<ApiAnswer> ResetAsync(object body) => api.PostAsync("/v1/auth/password/reset", body);
    }
}

public sealed class PasswordResetOnSqlite(MailOnSqlite host) : PasswordResetTests(host), IClassFixture<MailOnSqlite>;

public sealed class PasswordResetOnPostgres(MailOnPostgres host) : PasswordResetTests(host), IClassFixture<MailOnPostgres>;
