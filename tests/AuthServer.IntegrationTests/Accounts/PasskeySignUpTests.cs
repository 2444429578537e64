using System.Net;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>A new account that begins with a passkey: the code of the mail, then the passkey, and no password.</summary>
public abstract class PasskeySignUpTests(MailFixture fixture)
{
    private const string Passkey = "/signup/passkey";

    [Fact]
    public async Task The_code_then_the_passkey_make_the_account_and_the_app_learns_of_two_factors()
    {
        var (email, browser, app) = (NewAddress(), fixture.Host.NewBrowser(), Seed.Spa(fixture.Issuer));
        var request = app.NewRequest("openid email", [("prompt", "create")]);
        var asked = await SignUpAsync(browser, email, request.Address);
        var code = (await fixture.LatestAsync<ConfirmEmailLetter>(email)).Code;
        Assert.False(asked.HasForm(Passkey));
        var page = await browser.SubmitAsync(asked, "/signup/code", ("code", code));
        Assert.True(page.HasForm(Passkey));
        Assert.Null(await FindAsync(email));
        using var device = new SoftAuthenticator(fixture.Issuer);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await (await BeginAsync(browser, page)).AnswerAsync("{}")).Status);
        var landed = await (await BeginAsync(browser, page)).CreateAsync(device);
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).IdToken;
        Assert.Equal("urn:authplatform:acr:2fa", token.GetClaim("acr").Value);
        Assert.Equal(["pop", "user", "mfa"], token.Claims.Where(c => c.Type == "amr").Select(c => c.Value));
        var user = (await FindAsync(email))!;
        Assert.Equal((User.NoPassword, true, "Ann"), (user.PasswordHash, user.EmailConfirmed, user.FirstName));

        var (again, _) = await Ceremony.SignInAsync(fixture, device, email);
        Assert.Equal("/account", (await again.OpenAsync("/account")).Address.AbsolutePath);
        // Used up: neither the page nor another passkey makes a second account.
        using var second = new SoftAuthenticator(fixture.Issuer);
        using var late = await Ceremony.TryAsync(browser, page, Passkey);
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Equal(HttpStatusCode.Gone, (await browser.SubmitAsync(page, Passkey, ("credential", "{}"), ("state", "x"))).Status);
    }

    [Fact]
    public async Task The_link_alone_leads_to_a_password_of_whoever_reads_the_mailbox_and_the_code_alone_to_nothing()
    {
        var (email, browser) = (NewAddress(), fixture.Host.NewBrowser());
        var asked = await SignUpAsync(browser, email);
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(email);
        // The API takes the code of a page, and makes nothing.
        var request = asked.Document.QuerySelector("input[name=request]")!.GetAttribute("value");
        var byCode = await new ApiClient(fixture.Issuer)
            .PostAsync("/v1/auth/register/confirm", new { request, code = letter.Code });
        Assert.NotEqual(HttpStatusCode.Created, byCode.Status);
        Assert.Null(await FindAsync(email));
        var page = await fixture.Host.NewBrowser().OpenAsync(letter.Link!);
        Assert.False(page.HasForm(Passkey));
        Assert.True(page.HasForm("/signup/confirm"));
    }

    [Fact]
    public async Task The_challenge_of_one_address_makes_no_account_with_another()
    {
        var (mine, theirs, browser) = (NewAddress(), NewAddress(), fixture.Host.NewBrowser());
        var pages = new List<Page>();
        foreach (var email in new[] { mine, theirs })
        {
            var asked = await SignUpAsync(browser, email);
            pages.Add(await browser.SubmitAsync(
                asked, "/signup/code", ("code", (await fixture.LatestAsync<ConfirmEmailLetter>(email)).Code)));
        }

        using var device = new SoftAuthenticator(fixture.Issuer);
        var ceremony = await BeginAsync(browser, pages[0]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await (ceremony with { Page = pages[1] }).CreateAsync(device)).Status);
        Assert.Null(await FindAsync(theirs));
    }

    [Fact]
    public async Task A_taken_address_looks_like_a_new_one_until_the_mailbox_is_read()
    {
        var owner = await fixture.NewPersonAsync(confirmed: true);
        var page = await SignUpAsync(fixture.Host.NewBrowser(), owner.Email);
        Assert.Contains("already has an account", page.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Equal(0, await fixture.CountAsync(owner.Email));
    }

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.test";

    private static Task<Ceremony> BeginAsync(Browser browser, Page page) => Ceremony.BeginAsync(browser, page, Passkey);

    private static async Task<Page> SignUpAsync(Browser browser, string email, string address = "/signup")
    {
        var page = await browser.OpenAsync(address);
        Assert.NotNull(page.Document.QuerySelector("button[name=by][hidden]"));
        return await browser.SubmitAsync(page, "/signup", ("email", email), ("first_name", "Ann"), ("by", "passkey"));
    }

    private Task<User?> FindAsync(string email) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Email == email));
}

public sealed class PasskeySignUpOnSqlite(MailOnSqlite fixture) : PasskeySignUpTests(fixture), IClassFixture<MailOnSqlite>;

public sealed class PasskeySignUpOnPostgres(MailOnPostgres fixture) : PasskeySignUpTests(fixture), IClassFixture<MailOnPostgres>;
