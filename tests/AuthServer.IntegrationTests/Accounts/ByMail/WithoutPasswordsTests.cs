using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.ByMail;

/// <summary>A server whose SIGNIN_METHODS has no password: no page and no operation takes one.</summary>
public sealed class WithoutPasswordsTests(WithoutPasswords host) : IClassFixture<WithoutPasswords>
{
    private readonly MailVisitor _visitor = new(host);

    [Fact]
    public async Task A_person_makes_an_account_by_a_code_and_signs_in_again_by_another()
    {
        var email = $"{Guid.CreateVersion7():N}@example.test";
        var browser = host.Host.NewBrowser();
        var page = await browser.OpenAsync("/signup");
        Assert.Null(page.Document.QuerySelector("input[type=password]"));
        var code = await browser.SubmitAsync(page, "/signup", ("email", email), ("first_name", "Ann"));
        var letter = await host.LatestAsync<ConfirmEmailLetter>(email);
        Assert.Null(letter.Link);
        Assert.Equal("/", (await browser.SubmitAsync(code, "/signup/code", ("code", letter.Code))).Address.AbsolutePath);
        Assert.True(await MailVisitor.IsSignedInAsync(browser));
        Assert.Equal(["otp"], await host.Host.WithDatabaseAsync(
            db => db.Sessions.Where(s => s.User!.Email == email).Select(s => s.Amr).ToListAsync()));

        var (other, asked, mail) = await _visitor.AskAndReadAsync(email);
        await other.SubmitAsync(asked, MailVisitor.Code, ("code", mail.Code));
        Assert.True(await MailVisitor.IsSignedInAsync(other));
        Assert.Null((await other.OpenAsync("/account/security")).Document.QuerySelector("#password-card"));
        Assert.Equal(HttpStatusCode.NotFound, (await other.OpenAsync("/account/security/password")).Status);
    }

    [Fact]
    public async Task The_sign_in_page_asks_for_no_password_and_takes_none()
    {
        var person = await host.NewPersonAsync(confirmed: true);
        var browser = host.Host.NewBrowser();
        var page = await browser.OpenAsync("/signin");
        Assert.Null(page.Document.QuerySelector("input[type=password]"));
        Assert.Null(page.Document.QuerySelector("a[href^='/password']"));
        var token = page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("email", person.Email), new("password", person.Password)]);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.FollowAsync(await browser.Http.PostAsync("/signin", form))).Status);
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
        foreach (var path in new[] { "/password/forgotten", "/password/reset?token=x" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(path)).Status);
        }
    }

    [Fact]
    public async Task The_api_takes_no_password()
    {
        var (api, email) = (new ApiClient(host.Issuer), $"{Guid.CreateVersion7():N}@example.test");
        (await api.PostAsync("/v1/auth/login", new { email, password = "Orange-Kettle-19-Sea" }))
            .Expect(HttpStatusCode.Forbidden, "password-sign-in-off");
        var refused = (await api.PostAsync("/v1/auth/register", new { email, password = "Orange-Kettle-19-Sea" }))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        Assert.Equal(["password"], refused.Members);
        (await api.PostAsync("/v1/auth/password/forgotten", new { email })).Expect(HttpStatusCode.NotFound, "not-found");
        (await api.PostAsync("/v1/auth/password/reset", new { token = "x", password = "x" })).Expect(HttpStatusCode.NotFound, "not-found");

        var asked = (await api.PostAsync("/v1/auth/register", new { email })).Expect(HttpStatusCode.Accepted);
        var letter = await host.LatestAsync<ConfirmEmailLetter>(email);
        (await api.PostAsync("/v1/auth/register/confirm", new { request = asked.Text("request"), code = letter.Code }))
            .Expect(HttpStatusCode.Created);
        var challenge = (await api.PostAsync("/v1/auth/email-code", new { email, scope = "openid account:read account:write" }))
            .Expect(HttpStatusCode.Accepted).Text("challenge");
        var login = (await api.PostAsync(
            "/v1/auth/login", new { challenge, code = (await host.LatestAsync<SignInCodeLetter>(email)).Code })).Expect(HttpStatusCode.OK);
        var own = new ApiClient(host.Issuer, login.Text("access_token"));
        (await own.PutAsync("/v1/account/password", new { password = "Orange-Kettle-19-Sea" }, null))
            .Expect(HttpStatusCode.NotFound, "not-found");
        var etag = (await own.GetAsync("/v1/users/me")).ETag;
        (await own.PatchAsync("/v1/users/me", new { password = "Orange-Kettle-19-Sea" }, etag))
            .Expect(HttpStatusCode.UnprocessableEntity, "invalid-value");
        // The sign-in is recent, which stands for the password.
        (await own.PatchAsync("/v1/users/me", new { first_name = "Ann" }, etag)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_last_passkey_goes_where_a_mail_still_signs_the_person_in_and_the_page_says_why_where_none_does()
    {
        var person = await host.NewPersonAsync(confirmed: true);
        using var device = await Ceremony.EnrolAsync(host, person.Email);
        var id = await Ceremony.IdAsync(host, person.Email);
        var passkey = await host.Host.WithDatabaseAsync(db => db.Passkeys.Where(p => p.UserId == id).Select(p => p.Id).SingleAsync());
        var (browser, _) = await Ceremony.SignInAsync(host, device, person.Email);
        var page = await browser.OpenAsync($"/account/security/passkey?id={passkey:D}");
        await ConfirmAsync(false);
        var kept = await browser.SubmitAsync(page, "/account/security/passkey/remove");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, kept.Status);
        Assert.Contains("Confirm your email address", kept.Body, StringComparison.Ordinal);
        await ConfirmAsync(true);
        await browser.SubmitAsync(page, "/account/security/passkey/remove");
        Assert.False(await host.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.UserId == id)));

        Task<int> ConfirmAsync(bool confirmed) => host.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, confirmed)));
    }
}

public sealed class WithoutPasswords() : MailFixture(DatabaseKind.Sqlite)
{
    protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["SIGNIN_METHODS"] = "email, passkey",
    };
}
