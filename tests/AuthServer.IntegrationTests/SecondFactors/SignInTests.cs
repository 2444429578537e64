using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>The second page of a sign-in: what it takes, what it gives, and that it cannot be gone around.</summary>
public abstract class SignInTests(HostFixture fixture)
{
    private const string Page = "/signin/second-factor";
    private const string TwoFactors = "urn:authplatform:acr:2fa";

    private Issuer Issuer => fixture.Issuer;

    [Fact]
    public async Task In_the_middle_of_an_authorization_request_the_code_goes_on_to_the_app_and_tokens_say_what_was_done()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var app = Seed.Spa(Issuer);
        var request = app.NewRequest("openid");
        var (browser, page) = await person.GivePasswordAsync(address: request.Address);
        Assert.True(page.HasForm(Page));
        var landed = await browser.SubmitAsync(page, Page, ("code", person.NextCode()));
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).IdToken;
        Assert.Equal(TwoFactors, token.GetClaim("acr").Value);
        Assert.Equal(["pwd", "otp", "mfa"], token.Claims.Where(c => c.Type == "amr").Select(c => c.Value));
        // The browser in which it was set up says so, too.
        var before = await app.RedeemCodeAsync(await person.Browser.AuthorizeAsync(app));
        Assert.Equal(TwoFactors, before.IdToken.GetClaim("acr").Value);
    }

    [Theory]
    [InlineData('\u0660')]
    [InlineData('\u0966')]
    [InlineData('\uFF10')]
    public async Task A_code_counts_with_the_digits_of_every_script(char zero)
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        var code = string.Concat(person.NextCode().Select(digit => (char)(zero + (digit - '0'))));
        Assert.Equal("/", (await browser.SubmitAsync(page, Page, ("code", code))).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_password_alone_opens_nothing()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        Assert.True(page.HasForm(Page));
        Assert.DoesNotContain(browser.Cookies.GetAllCookies(), c => c.Name.EndsWith("session", StringComparison.Ordinal));
        var answer = await browser.OpenAsync(Seed.Spa(Issuer).NewRequest("openid").Address);
        Assert.True(answer.HasForm("/signin"));
        Assert.True((await browser.OpenAsync(EnrolledPerson.SetUp)).HasForm("/signin"));
        // Nor does it let a stranger put an app of their own in the place of the one that is there.
        Assert.True((await browser.OpenAsync(Page + "/set-up")).HasForm(Page));
        foreach (var code in (string[])["000000", "", "      ", person.RecoveryCodes[0][..^1], new string('1', 5000)])
        {
            var wrong = await browser.SubmitAsync(page, Page, ("code", code));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
            Assert.True(wrong.HasForm(Page));
        }
    }

    [Fact]
    public async Task A_code_counts_once_also_in_the_next_step_of_time()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var code = person.CodeAhead();
        var (first, page) = await person.GivePasswordAsync();
        Assert.Equal("/", (await first.SubmitAsync(page, Page, ("code", code))).Address.AbsolutePath);
        fixture.Time.Advance(TimeSpan.FromSeconds(30));
        var (second, again) = await person.GivePasswordAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await second.SubmitAsync(again, Page, ("code", code))).Status);
        // One with spaces, as apps show it, is right.
        var next = person.NextCode();
        Assert.Equal("/", (await second.SubmitAsync(again, Page, ("code", $" {next[..3]} {next[3..]} "))).Address.AbsolutePath);
    }

    [Fact]
    public async Task The_first_step_is_used_up_by_the_second()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        // A copy of everything that the browser has.
        var thief = fixture.Host.NewBrowser();
        thief.Cookies.Add(browser.Cookies.GetAllCookies());
        Assert.Equal("/", (await browser.SubmitAsync(page, Page, ("code", person.NextCode()))).Address.AbsolutePath);
        var replayed = await thief.SubmitAsync(page, Page, ("code", person.NextCode()));
        Assert.True(replayed.HasForm("/signin"));
        Assert.True((await thief.OpenAsync("/signin")).HasForm("/signin"));
    }

    [Fact]
    public async Task The_second_step_is_for_the_account_whose_password_was_given_last()
    {
        var (alice, mallory) = (await EnrolledPerson.NewAsync(fixture), await EnrolledPerson.NewAsync(fixture));
        var (browser, page) = await alice.GivePasswordAsync();
        var (_, other) = await mallory.GivePasswordAsync(browser);
        // The form of one account with the first step of the other.
        Assert.True((await browser.SubmitAsync(page, Page, ("code", mallory.NextCode()))).HasForm("/signin"));
        Assert.True((await browser.SubmitAsync(page, Page, ("code", alice.NextCode()))).HasForm("/signin"));
        // A code of another account is wrong.
        var crossed = await browser.SubmitAsync(other, Page, ("code", alice.NextCode()));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, crossed.Status);
        Assert.Equal("/", (await browser.SubmitAsync(other, Page, ("code", mallory.NextCode()))).Address.AbsolutePath);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("disabled")]
    [InlineData("time")]
    public async Task The_first_step_ends_with_the_password_the_account_and_its_time(string end)
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        if (end == "time") fixture.Time.Advance(TimeSpan.FromMinutes(10));
        else await ChangeAsync(person, end);
        Assert.True((await browser.SubmitAsync(page, Page, ("code", person.NextCode()))).HasForm("/signin"));
    }

    [Fact]
    public async Task A_recovery_code_stands_for_the_app_once_in_any_spelling()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        // It is never asked for first.
        Assert.Null(page.Document.QuerySelector("input[name=with]"));
        var other = await browser.OpenAsync(page.Document.QuerySelector("p.end a")!.GetAttribute("href")!);
        var code = person.RecoveryCodes[3].ToUpperInvariant().Replace('-', ' ');
        Assert.Equal("/", (await browser.SubmitAsync(other, Page, ("code", code))).Address.AbsolutePath);
        var (again, second) = await person.GivePasswordAsync();
        var refused = await again.SubmitAsync(second, Page, ("code", person.RecoveryCodes[3]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Equal("/", (await again.SubmitAsync(second, Page, ("code", person.RecoveryCodes[4]))).Address.AbsolutePath);
        Assert.Contains("8 recovery codes are left", (await again.OpenAsync(EnrolledPerson.SetUp)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_that_another_site_sends_is_refused()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        var forged = await browser.SubmitAsync(page, Page, ("code", person.NextCode()), ("__RequestVerificationToken", "x"));
        Assert.Equal(HttpStatusCode.BadRequest, forged.Status);
        var signedIn = await person.SignInAsync();
        var card = await signedIn.OpenAsync(EnrolledPerson.SetUp);
        foreach (var form in (string[])["/recovery-codes", "/remove"])
        {
            var answer = await signedIn.SubmitAsync(
                card, EnrolledPerson.SetUp + form, ("code", person.NextCode()), ("__RequestVerificationToken", "x"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        }
    }

    private Task<int> ChangeAsync(EnrolledPerson person, string what) => fixture.Host.WithDatabaseAsync(db =>
    {
        var user = db.Users.Where(u => u.Email == person.Person.Email);
        return what == "password"
            ? user.ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, "another"), TestContext.Current.CancellationToken)
            : user.ExecuteUpdateAsync(
                set => set.SetProperty(u => u.DisabledAt, fixture.Host.Now.UtcDateTime), TestContext.Current.CancellationToken);
    });
}

public sealed class SignInOnSqliteTests(SqliteHost fixture) : SignInTests(fixture), IClassFixture<SqliteHost>;

public sealed class SignInOnPostgresTests(PostgresHost fixture) : SignInTests(fixture), IClassFixture<PostgresHost>;
