using System.Net;
using System.Text.Json;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Accounts.ByMail;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>RFC 9470: a code by mail is a second factor for apps, and changes no way into an account by the API either.</summary>
public abstract class MailedCodeByApiTests(ByMailFixture fixture)
{
    private const string Step = "/signin/second-factor", Ask = Step + "/email", Two = "urn:authplatform:acr:2fa";

    [Fact]
    public async Task A_token_of_a_mailed_code_is_led_to_the_app_and_then_changes_a_way_in()
    {
        var person = await NewAsync();
        var browser = await SignInByMailAsync(person);
        var app = Seed.Console(fixture.Issuer);
        var weak = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        await AssertWeakAsync(weak);

        // What the challenge says leads to the code of the app, and to no other mail.
        var request = app.NewRequest(ApiClient.FullAccess, [("acr_values", Two), ("max_age", "300")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm(Step), page.ToString());
        Assert.False(page.HasForm(Ask));
        var landed = await browser.SubmitAsync(page, Step, ("code", person.NextCode()));
        var strong = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).AccessToken);
        (await strong.DeleteAsync("/v1/account/password")).Expect(HttpStatusCode.Conflict, "last-way-in");
        await AssertWeakAsync(weak);
    }

    [Fact]
    public async Task The_same_after_a_login_by_the_api_itself()
    {
        var person = await NewAsync();
        var api = new ApiCaller(fixture.Issuer);
        var first = (await api.LoginAsync(person.Person, new { scope = "account:read account:write" })).Text("challenge")!;
        var challenge = (await api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { challenge = first }))).Text("challenge");
        var code = (await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email)).Code;
        var login = (await api.PostAsync("/v1/auth/login", JsonSerializer.Serialize(new { challenge, code }))).Expect(HttpStatusCode.OK);
        await AssertWeakAsync(new ApiClient(fixture.Issuer, login.AccessToken));
    }

    [Fact]
    public async Task An_admin_whose_code_came_by_mail_changes_no_account_of_others()
    {
        var person = await NewAsync();
        var browser = await SignInByMailAsync(person);
        // Made an admin behind the back of the server: no mailed code is taken of one, and the session is of before.
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var user = await db.Users.SingleAsync(u => u.Email == person.Person.Email);
            var role = await db.Roles.SingleAsync(r => r.Name == "admin");
            db.UserRoles.Add(new() { UserId = user.Id, RoleId = role.Id });
            return await db.SaveChangesAsync();
        });
        var app = Seed.Console(fixture.Issuer);
        var weak = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        var target = "/v1/users/" + await Ceremony.IdAsync(fixture, (await fixture.NewPersonAsync(confirmed: true)).Email);
        (await weak.DeleteAsync(target + "/passkeys")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await weak.DeleteAsync(target)).Expect(HttpStatusCode.Unauthorized, "step-up-required");
    }

    [Fact]
    public async Task An_app_that_changes_no_account_takes_the_code_and_nobody_is_asked_silently()
    {
        var browser = await SignInByMailAsync(await NewAsync());
        Assert.NotNull((await browser.AuthorizeAsync(Seed.Spa(fixture.Issuer), extra: [("acr_values", Two)])).Code);
        var silent = await browser.AuthorizeAsync(
            Seed.Console(fixture.Issuer), "openid account:write", extra: [("acr_values", Two), ("prompt", "none")]);
        Assert.Equal("login_required", silent.Error);
    }

    private static async Task AssertWeakAsync(ApiClient api)
    {
        var refused = (await api.DeleteAsync("/v1/account/password")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Contains($"acr_values=\"{Two}\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        (await api.DeleteAsync("/v1/account/passkeys/" + Guid.CreateVersion7())).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await api.PutAsync("/v1/account/password", new { password = "Another-Pass-27-thief" }, null))
            .Expect(HttpStatusCode.Unauthorized, "step-up-required");
    }

    private async Task<Browser> SignInByMailAsync(EnrolledPerson person)
    {
        var (browser, step) = await person.GivePasswordAsync();
        var page = await browser.SubmitAsync(step, Ask);
        var letter = await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email);
        Assert.Equal("/", (await browser.SubmitAsync(page, Ask + "/code", ("code", letter.Code))).Address.AbsolutePath);
        return browser;
    }

    private Task<EnrolledPerson> NewAsync() => EnrolledPerson.NewAsync(fixture);
}

public sealed class MailedCodeByApiOnSqlite(ByMailOnSqlite host) : MailedCodeByApiTests(host), IClassFixture<ByMailOnSqlite>;

public sealed class MailedCodeByApiOnPostgres(ByMailOnPostgres host) : MailedCodeByApiTests(host), IClassFixture<ByMailOnPostgres>;
