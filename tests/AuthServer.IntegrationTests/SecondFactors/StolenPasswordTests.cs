using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>
/// Whoever has the password of a person alone adds, changes and removes no way into an account that has a passkey or an app; RFC 9470
/// section 3 for what the API asks for.
/// </summary>
public abstract class StolenPasswordTests(MailFixture fixture)
{
    private const string Step = "/signin/second-factor", PasskeyStep = Step + "/passkey", Offer = "/signin/passkey/offer";
    private const string Passkeys = "/account/security/passkeys", New = Passkeys + "/new", Factors = "/v1/account/second-factors";

    [Fact]
    public async Task With_the_password_alone_no_passkey_is_added_beside_one_whichever_page_it_is_asked_at()
    {
        var (person, thief) = await SignInAsync();
        var (page, offer) = (await thief.OpenAsync(New), await thief.OpenAsync(Offer));
        Assert.True(page.HasForm(Passkeys));
        Assert.True(offer.HasForm(Offer));
        var early = await Ceremony.BeginAsync(thief, page, Passkeys);
        var silent = await Ceremony.BeginAsync(thief, offer, Offer, null, ("mediation", "conditional"));
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        using var stolen = new SoftAuthenticator(fixture.Issuer);

        Assert.True((await thief.OpenAsync(New)).HasForm(PasskeyStep));
        Assert.False((await thief.OpenAsync(Offer)).HasForm(Offer));
        foreach (var (from, form) in new[] { (page, Passkeys), (offer, Offer) })
        {
            using var answer = await Ceremony.TryAsync(thief, from, form);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }

        await early.CreateAsync(stolen);
        await silent.CreateAsync(stolen, ("mediation", "conditional"));
        Assert.Equal(1, await CountAsync(person));
    }

    [Fact]
    public async Task Whoever_uses_the_passkey_comes_back_to_the_page_and_adds_another_one()
    {
        var (person, browser) = await SignInAsync();
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        using var second = new SoftAuthenticator(fixture.Issuer);
        var step = await browser.OpenAsync(New);
        var page = await (await Ceremony.BeginAsync(browser, step, PasskeyStep)).UseAsync(fixture, device, person.Email);
        Assert.Equal(New, page.Address.AbsolutePath);
        await (await Ceremony.BeginAsync(browser, page, Passkeys)).CreateAsync(second);
        Assert.Equal(2, await CountAsync(person));
    }

    [Fact]
    public async Task Address_password_and_passkeys_stay_as_they_are_until_the_passkey_is_used()
    {
        var (person, thief) = await SignInAsync();
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        using var second = await Ceremony.EnrolAsync(fixture, person.Email);
        var user = await Ceremony.IdAsync(fixture, person.Email);
        var id = await fixture.Host.WithDatabaseAsync(db => db.Passkeys.Where(p => p.UserId == user).Select(p => p.Id).FirstAsync());
        foreach (var path in new[] { "/account/security/email", "/account/security/password/remove" })
        {
            Assert.True((await thief.OpenAsync(path)).HasForm(PasskeyStep), path);
        }

        var one = await thief.OpenAsync($"/account/security/passkey?id={id:D}");
        Assert.True((await thief.SubmitAsync(one, "/account/security/passkey/remove")).HasForm(PasskeyStep));
        Assert.Equal(2, await CountAsync(person));
    }

    [Fact]
    public async Task A_device_that_spares_the_code_of_the_app_adds_no_passkey()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        await browser.SubmitAsync(page, Step, ("code", person.NextCode()), ("remember", "true"));
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.Equal("/", (await browser.SignInAsync(person.Person)).Address.AbsolutePath);
        var step = await browser.OpenAsync(New);
        Assert.True(step.HasForm(Step));
        Assert.False((await browser.OpenAsync(Offer)).HasForm(Offer));
        Assert.Equal(New, (await browser.SubmitAsync(step, Step, ("code", person.NextCode()))).Address.AbsolutePath);
    }

    [Fact]
    public async Task The_api_asks_for_the_passkey_before_an_app_is_set_up_or_a_way_in_is_changed()
    {
        var (person, browser) = await SignInAsync();
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var app = Seed.Console(fixture.Issuer);
        var weak = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        var refused = (await weak.PostAsync(Factors + "/app", "")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Contains("acr_values=\"urn:authplatform:acr:2fa\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        Assert.Contains("max_age=\"300\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);
        var passkey = (await weak.GetAsync("/v1/account/passkeys")).Json.GetProperty("passkeys")[0].GetProperty("id").GetString();
        (await weak.DeleteAsync("/v1/account/passkeys/" + passkey)).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await weak.DeleteAsync("/v1/account/password")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        (await weak.PutAsync("/v1/account/password", new { password = "Another-Pass-27-thief" }, null))
            .Expect(HttpStatusCode.Unauthorized, "step-up-required");
        var etag = (await weak.GetAsync("/v1/users/me")).ETag;
        (await weak.PatchAsync("/v1/users/me", new { email = "thief-" + person.Email, current_password = person.Password }, etag))
            .Expect(HttpStatusCode.Unauthorized, "step-up-required");

        var request = app.NewRequest(ApiClient.FullAccess, [("acr_values", "urn:authplatform:acr:2fa"), ("max_age", "300")]);
        var ceremony = await Ceremony.BeginAsync(browser, await browser.OpenAsync(request.Address), PasskeyStep);
        var landed = await ceremony.UseAsync(fixture, device, person.Email);
        var strong = new ApiClient(
            fixture.Issuer, (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).AccessToken);
        // The token that was there before is as weak as it was.
        (await weak.PostAsync(Factors + "/app", "")).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        var begun = (await strong.PostAsync(Factors + "/app", "")).Expect(HttpStatusCode.OK).Json;
        var code = EnrolledPerson.CodeOf(begun.GetProperty("secret").GetString()!, fixture.Host.Now);
        (await strong.PutAsync(Factors + "/app", new { enrolment = begun.GetProperty("enrolment").GetString(), code }, null))
            .Expect(HttpStatusCode.OK);
        (await strong.DeleteAsync("/v1/account/passkeys/" + passkey)).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_closed_account_is_kept_with_the_code_of_its_app_and_not_with_the_password_alone()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var now = fixture.Host.Now.UtcDateTime;
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Person.Email).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.DisabledAt, now).SetProperty(u => u.DeleteAfter, now.AddDays(14))));
        var (browser, page) = await person.GivePasswordAsync();
        Assert.True(page.HasForm("/signin/keep"));
        foreach (var code in new[] { "", "000000" })
        {
            Assert.Equal(
                HttpStatusCode.UnprocessableEntity, (await browser.SubmitAsync(page, "/signin/keep", ("code", code))).Status);
        }

        Assert.True(await IsClosedAsync());
        await browser.SubmitAsync(page, "/signin/keep", ("code", person.RecoveryCodes[0]));
        Assert.False(await IsClosedAsync());

        Task<bool> IsClosedAsync() => fixture.Host.WithDatabaseAsync(
            db => db.Users.AnyAsync(u => u.Email == person.Person.Email && u.DeleteAfter != null));
    }

    private async Task<(Person Person, Browser Browser)> SignInAsync()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return (person, browser);
    }

    private async Task<int> CountAsync(Person person)
    {
        var user = await Ceremony.IdAsync(fixture, person.Email);
        return await fixture.Host.WithDatabaseAsync(db => db.Passkeys.CountAsync(p => p.UserId == user));
    }
}

public sealed class StolenPasswordOnSqlite(MailOnSqlite fixture) : StolenPasswordTests(fixture), IClassFixture<MailOnSqlite>;

public sealed class StolenPasswordOnPostgres(MailOnPostgres fixture) : StolenPasswordTests(fixture), IClassFixture<MailOnPostgres>;
