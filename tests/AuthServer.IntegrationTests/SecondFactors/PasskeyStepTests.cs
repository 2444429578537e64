using System.Net;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>A passkey in the place of the code that follows a password; RFC 8176 for what tokens say of it.</summary>
public abstract class PasskeyStepTests(HostFixture fixture)
{
    private const string Page = "/signin/second-factor", Form = Page + "/passkey";

    [Fact]
    public async Task The_passkey_finishes_the_sign_in_and_tokens_name_password_and_key()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        Assert.False((await person.GivePasswordAsync()).Page.HasForm(Form));
        using var device = await Ceremony.EnrolAsync(fixture, person.Person.Email);
        var app = Seed.Spa(fixture.Issuer);
        var request = app.NewRequest("openid");
        var (browser, page) = await person.GivePasswordAsync(address: request.Address);
        var landed = await (await Ceremony.BeginAsync(browser, page, Form)).UseAsync(fixture, device, person.Person.Email);
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).IdToken;
        Assert.Equal("urn:authplatform:acr:2fa", token.GetClaim("acr").Value);
        Assert.Equal(["pwd", "pop", "user", "mfa"], token.Claims.Where(c => c.Type == "amr").Select(c => c.Value));
    }

    [Fact]
    public async Task A_passkey_of_another_account_or_unverified_or_of_another_act_or_used_before_opens_nothing()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        using var device = await Ceremony.EnrolAsync(fixture, person.Person.Email);
        using var theirs = await Ceremony.EnrolAsync(fixture, Seed.Bob.Email);
        var (browser, page) = await person.GivePasswordAsync();
        // The person with the password has a passkey of another account, and claims either.
        await RefusedAsync(theirs, Seed.Bob.Email, _ => { });
        await RefusedAsync(theirs, person.Person.Email, _ => { });
        await RefusedAsync(device, person.Person.Email, d => d.VerifiesPerson = false);
        device.VerifiesPerson = true;
        await RefusedAsync(device, person.Person.Email, d => d.Origin = "https://evil.example");
        device.Origin = fixture.Issuer.Origin;

        // The challenge of the sign-in page is none here, and the reverse.
        var other = fixture.Host.NewBrowser();
        var signIn = await Ceremony.BeginAsync(browser, await browser.OpenAsync("/signin"), "/signin/passkey");
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await (signIn with { Page = page, Form = Form }).UseAsync(fixture, device, person.Person.Email)).Status);
        var step = await Ceremony.BeginAsync(browser, page, Form);
        var atSignIn = step with { Page = await browser.OpenAsync("/signin"), Form = "/signin/passkey" };
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await atSignIn.UseAsync(fixture, device, person.Person.Email)).Status);
        // Without a password there is no question.
        using var refused = await Ceremony.TryAsync(other, await other.OpenAsync("/signin"), "/signin/passkey", Form + "/question");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        var used = await Ceremony.BeginAsync(browser, page, Form);
        device.Count++;
        var answer = device.Get(used.Options, await Ceremony.IdAsync(fixture, person.Person.Email));
        Assert.Equal("/", (await used.AnswerAsync(answer)).Address.AbsolutePath);
        Assert.NotEqual(HttpStatusCode.UnprocessableEntity, (await used.AnswerAsync(answer)).Status);
        var (again, second) = await person.GivePasswordAsync();
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await again.SubmitAsync(second, Form, ("credential", answer), ("state", used.State))).Status);

        async Task RefusedAsync(SoftAuthenticator with, string claimed, Action<SoftAuthenticator> lie)
        {
            lie(with);
            var landed = await (await Ceremony.BeginAsync(browser, page, Form)).UseAsync(fixture, with, claimed);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, landed.Status);
            Assert.True(landed.HasForm(Form));
            Assert.True((await browser.OpenAsync("/account")).HasForm("/signin"));
        }
    }

    [Fact]
    public async Task Where_a_second_factor_is_wanted_a_passkey_is_one_and_nobody_sets_up_an_app_in_its_place()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var app = Seed.Spa(fixture.Issuer);
        var request = app.NewRequest("openid", [("acr_values", "urn:authplatform:acr:2fa")]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm(Form));
        Assert.False(page.HasForm(Page));
        Assert.True((await browser.OpenAsync(Page + "/set-up?prompt=step-up")).HasForm(Form));
        Assert.True((await browser.OpenAsync(EnrolledPerson.SetUp)).HasForm(Form));
        // Nor by a post without the page.
        foreach (var address in new[] { Page + "/set-up", EnrolledPerson.SetUp })
        {
            using var posted = await Ceremony.TryAsync(browser, page, Form, address, ("key", ""), ("code", "000000"));
            Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
            Assert.StartsWith(Page + "?", posted.Headers.Location!.OriginalString, StringComparison.Ordinal);
        }

        var landed = await (await Ceremony.BeginAsync(browser, page, Form)).UseAsync(fixture, device, person.Email);
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).IdToken;
        Assert.Equal(["pwd", "pop", "user", "mfa"], token.Claims.Where(c => c.Type == "amr").Select(c => c.Value));
    }

    [Fact]
    public async Task An_admin_who_resets_the_factors_takes_the_passkeys_too_but_not_the_only_way_in()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var id = await Ceremony.IdAsync(fixture, person.Email);
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var hash = await HashAsync(id, User.NoPassword);
        (await admin.DeleteAsync($"/v1/users/{id}/second-factors")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(1, await CountAsync());
        await HashAsync(id, hash);
        (await admin.DeleteAsync($"/v1/users/{id}/second-factors")).Expect(HttpStatusCode.NoContent);
        Assert.Equal(0, await CountAsync());

        Task<int> CountAsync() => fixture.Host.WithDatabaseAsync(db => db.Passkeys.CountAsync(p => p.UserId == id));
    }

    [Fact]
    public async Task Recovery_codes_beside_a_passkey_need_the_passkey_and_go_with_it()
    {
        const string Codes = "/account/security/recovery-codes", Api = "/v1/account/second-factors";
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        Assert.Equal("/account/security", (await browser.OpenAsync(Codes)).Address.AbsolutePath);
        var weak = await TokenAsync(browser);
        (await weak.PostAsync(Api + "/recovery-codes", "{}")).Expect(HttpStatusCode.NotFound, "not-found");
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        // Whoever knows the password alone.
        var page = await browser.OpenAsync(Codes);
        Assert.True(page.HasForm(Form));
        using var posted = await Ceremony.TryAsync(browser, page, Form, Codes);
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        (await weak.PostAsync(Api + "/recovery-codes", "{}")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Equal(0, (await weak.GetAsync(Api)).Json.GetProperty("recovery_codes_left").GetInt32());

        var (owner, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        var strong = await TokenAsync(owner);
        var made = (await strong.PostAsync(Api + "/recovery-codes", "{}")).Expect(HttpStatusCode.OK).Json;
        Assert.Equal(10, made.GetProperty("recovery_codes").GetArrayLength());
        Assert.Equal(10, (await strong.GetAsync(Api)).Json.GetProperty("recovery_codes_left").GetInt32());
        var passkey = (await strong.GetAsync("/v1/account/passkeys")).Json.GetProperty("passkeys")[0].GetProperty("id").GetString();
        (await strong.DeleteAsync("/v1/account/passkeys/" + passkey)).Expect(HttpStatusCode.NoContent);
        Assert.Equal(0, (await strong.GetAsync(Api)).Json.GetProperty("recovery_codes_left").GetInt32());
    }

    [Fact]
    public async Task A_sign_in_by_passkey_stands_for_the_code_of_an_app_that_is_lost()
    {
        const string Api = "/v1/account/second-factors", Renew = EnrolledPerson.SetUp + "/recovery-codes";
        var person = await EnrolledPerson.NewAsync(fixture);
        using var device = await Ceremony.EnrolAsync(fixture, person.Person.Email);
        var byCode = await person.SignInAsync();
        var card = await byCode.OpenAsync(EnrolledPerson.SetUp);
        Assert.NotNull(card.Document.QuerySelector("input[name=code]"));
        Assert.NotNull(card.Document.QuerySelector("a[href*='with=passkey']"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await byCode.SubmitAsync(card, Renew)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await byCode.SubmitAsync(card, EnrolledPerson.SetUp + "/remove")).Status);
        (await (await TokenAsync(byCode)).PostAsync(Api + "/removal", "{}")).Expect(HttpStatusCode.BadRequest, "invalid-request");

        var (owner, _) = await Ceremony.SignInAsync(fixture, device, person.Person.Email);
        card = await owner.OpenAsync(EnrolledPerson.SetUp);
        Assert.Null(card.Document.QuerySelector("input[name=code]"));
        Assert.Equal(10, (await owner.SubmitAsync(card, Renew)).Document.QuerySelector("code")!.TextContent.Split('\n').Length);
        var strong = await TokenAsync(owner);
        (await strong.PostAsync(Api + "/recovery-codes", "{}")).Expect(HttpStatusCode.OK);
        // Not for long.
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.True((await owner.SubmitAsync(card, EnrolledPerson.SetUp + "/remove")).HasForm("/signin"));
        (await strong.PostAsync(Api + "/removal", "{}")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (owner, _) = await Ceremony.SignInAsync(fixture, device, person.Person.Email);
        (await (await TokenAsync(owner)).PostAsync(Api + "/removal", "{}")).Expect(HttpStatusCode.NoContent);
        Assert.Equal("/", (await person.GivePasswordAsync()).Page.Address.AbsolutePath);
    }

    private async Task<ApiClient> TokenAsync(Browser browser)
    {
        var app = Seed.Console(fixture.Issuer);
        return new(fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
    }

    private Task<string> HashAsync(Guid id, string hash) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var before = await db.Users.Where(u => u.Id == id).Select(u => u.PasswordHash!).SingleAsync();
        await db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash));
        return before;
    });
}

public sealed class PasskeyStepOnSqlite(SqliteHost fixture) : PasskeyStepTests(fixture), IClassFixture<SqliteHost>;

public sealed class PasskeyStepOnPostgres(PostgresHost fixture) : PasskeyStepTests(fixture), IClassFixture<PostgresHost>;
