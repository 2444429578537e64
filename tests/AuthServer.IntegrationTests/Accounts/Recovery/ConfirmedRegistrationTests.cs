using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>
/// EMAIL_CONFIRMATION=required and REGISTRATION_REVEALS_TAKEN_EMAIL=false: an account comes to be by the code or the link of a mail.
/// </summary>
public abstract class ConfirmedRegistrationTests(MailFixture fixture)
{
    private const string Password = "Orange-Kettle-19-Sea";

    [Fact]
    public async Task A_new_account_is_made_by_the_code_and_goes_on_to_the_app_with_a_verified_address()
    {
        var (email, browser, app) = (NewAddress(), fixture.Host.NewBrowser(), Seed.Spa(fixture.Issuer));
        var request = app.NewRequest("openid email", [("prompt", "create")]);
        var page = await SignUpAsync(browser, email, request.Address);
        Assert.False(await ExistsAsync(email));
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(email);
        var landed = await browser.SubmitAsync(page, "/signup/code", ("code", letter.Code));
        var tokens = await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed));
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).Json.GetProperty("email_verified").GetBoolean());
        // Used up, code and link.
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(letter.Link!)).Status);
    }

    [Fact]
    public async Task The_link_makes_the_account_with_the_password_of_whoever_reads_the_mail_and_not_with_that_of_a_stranger()
    {
        var (email, own) = (NewAddress(), "Brass-Teapot-61-Moon");
        await SignUpAsync(fixture.Host.NewBrowser(), email);
        var link = (await fixture.LatestAsync<ConfirmEmailLetter>(email)).Link!;
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(link);
        var weak = await browser.SubmitAsync(page, "/signup/confirm", ("password", "Password1!"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, weak.Status);
        Assert.False(await ExistsAsync(email));
        Assert.Equal("/", (await browser.SubmitAsync(page, "/signup/confirm", ("password", own))).Address.AbsolutePath);
        Assert.True((await fixture.Host.NewBrowser().SignInAsync(email, Password)).HasForm("/signin"));
        Assert.Equal("/", (await fixture.Host.NewBrowser().SignInAsync(email, own)).Address.AbsolutePath);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(link)).Status);
    }

    [Fact]
    public async Task An_app_makes_the_account_by_the_link_with_a_password_that_is_chosen_then()
    {
        var (email, api) = (NewAddress(), new ApiClient(fixture.Issuer));
        (await api.PostAsync("/v1/auth/register", new { email, password = Password })).Expect(HttpStatusCode.Accepted);
        var token = (await fixture.LatestAsync<ConfirmEmailLetter>(email)).Link!.Split("token=")[1];
        (await api.PostAsync("/v1/auth/register/confirm", new { token })).Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        (await api.PostAsync("/v1/auth/register/confirm", new { token, password = "Brass-Teapot-61-Moon" })).Expect(HttpStatusCode.Created);
        await ApiClient.SignInAsync(fixture.Host, new(email, "Brass-Teapot-61-Moon"), "openid account:read");
    }

    [Fact]
    public async Task A_taken_address_looks_like_a_new_one_and_its_owner_gets_a_mail()
    {
        var owner = await fixture.NewPersonAsync(confirmed: true);
        var seen = new List<(HttpStatusCode, string, string)>();
        foreach (var email in new[] { NewAddress(), owner.Email })
        {
            var browser = fixture.Host.NewBrowser();
            var form = await browser.OpenAsync("/signup");
            Page? page = null;
            var sql = await fixture.Host.Sql.MeasureAsync(
                async () => page = await browser.SubmitAsync(form, "/signup", ("email", email), ("password", Password)));
            var wrong = await browser.SubmitAsync(page!, "/signup/code", ("code", "000001"));
            seen.Add((page!.Status, (page.Document.Body!.TextContent + wrong.Document.Body!.TextContent)
                .Replace(email, "", StringComparison.Ordinal), sql.ToString()));
        }

        Assert.Single(seen.Distinct());
        await fixture.LatestAsync<AccountExistsLetter>(owner.Email);
        await ApiClient.SignInAsync(fixture.Host, owner, "openid account:read");
    }

    [Fact]
    public async Task Of_eight_uses_of_one_code_at_once_one_makes_the_account()
    {
        var (email, api) = (NewAddress(), new ApiClient(fixture.Issuer));
        var asked = (await api.PostAsync("/v1/auth/register", new { email, password = Password })).Expect(HttpStatusCode.Accepted);
        var (request, code) = (asked.Text("request"), (await fixture.LatestAsync<ConfirmEmailLetter>(email)).Code);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => api.PostAsync("/v1/auth/register/confirm", new { request, code })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        // The five tries count before they are compared, so some of them may not have been.
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.Created or HttpStatusCode.Gone, answer.ToString()));
        await ApiClient.SignInAsync(fixture.Host, new(email, Password), "openid account:read");
    }

    [Fact]
    public async Task An_account_without_a_confirmed_address_gets_into_no_app_before_it_is()
    {
        var person = await fixture.NewPersonAsync();
        (await new ApiCaller(fixture.Issuer).LoginAsync(person)).Expect(HttpStatusCode.Forbidden, "email-confirmation-required");
        var (browser, app) = (fixture.Host.NewBrowser(), Seed.Spa(fixture.Issuer));
        await browser.SignInAsync(person);
        Assert.Equal("interaction_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
        var request = app.NewRequest("openid");
        var page = await browser.SubmitAsync(await browser.OpenAsync(request.Address), "/email/confirm");
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(person.Email);
        Assert.NotNull(AuthorizationAnswer.Read(request, await browser.SubmitAsync(page, "/email/code", ("code", letter.Code))).Code);
        Assert.Equal(HttpStatusCode.OK, (await new ApiCaller(fixture.Issuer).LoginAsync(person)).Status);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task A_taken_address_by_the_api_looks_like_a_free_one(string method)
    {
        var (person, owner) = (await fixture.NewPersonAsync(confirmed: true), await fixture.NewPersonAsync());
        var api = await ApiClient.SignInAsync(fixture.Host, person, "openid account:read account:write");
        var answers = new List<(HttpStatusCode, string, string)>();
        // Gives the account the name, which the others find unchanged.
        await MailFixture.ChangeEmailAsync(api, method, NewAddress());
        foreach (var email in new[] { NewAddress(), owner.Email })
        {
            ApiAnswer? answer = null;
            var sql = await fixture.Host.Sql.MeasureAsync(async () => answer = await MailFixture.ChangeEmailAsync(api, method, email));
            answers.Add((answer!.Status, string.Join(' ', answer.Json.EnumerateObject().Select(m => m.Name)), sql.ToString()));
        }

        Assert.Single(answers.Distinct());
        await fixture.LatestAsync<AccountExistsLetter>(owner.Email);
    }

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.test";

    private static async Task<Page> SignUpAsync(Browser browser, string email, string address = "/signup")
    {
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(address), "/signup", ("email", email), ("password", Password));
        Assert.True(page.HasForm("/signup/code"), page.ToString());
        return page;
    }

    private Task<bool> ExistsAsync(string email) => fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == email));
}

public sealed class ConfirmingSqlite() : MailFixture(DatabaseKind.Sqlite)
{
    protected override IReadOnlyDictionary<string, string> Rules => Confirming.Rules;
}

public sealed class ConfirmingPostgres() : MailFixture(DatabaseKind.Postgres)
{
    protected override IReadOnlyDictionary<string, string> Rules => Confirming.Rules;
}

file static class Confirming
{
    public static IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["EMAIL_CONFIRMATION"] = "required",
        ["REGISTRATION_REVEALS_TAKEN_EMAIL"] = "false",
    };
}

public sealed class ConfirmedRegistrationOnSqlite(ConfirmingSqlite host)
    : ConfirmedRegistrationTests(host), IClassFixture<ConfirmingSqlite>;

public sealed class ConfirmedRegistrationOnPostgres(ConfirmingPostgres host)
    : ConfirmedRegistrationTests(host), IClassFixture<ConfirmingPostgres>;
