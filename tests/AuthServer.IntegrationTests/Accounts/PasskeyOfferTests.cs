using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>Who is offered a passkey after a complete sign-in by password, and that everybody goes on to where they wanted to go.</summary>
public abstract class PasskeyOfferTests(HostFixture fixture)
{
    private const string Offer = "/signin/passkey/offer";

    [Fact]
    public async Task After_a_password_a_passkey_is_offered_once_in_90_days_and_the_way_to_the_app_goes_on()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        var app = Seed.Spa(fixture.Issuer);
        var request = app.NewRequest("openid");
        var browser = fixture.Host.NewBrowser();
        var page = await SignInAsync(browser, person, request.Address);
        Assert.Equal(Offer, page.Address.AbsolutePath);
        Assert.Contains("Sign in faster next time", page.Body, StringComparison.Ordinal);
        // A browser that fetches the page ahead, or comes back to it, uses nothing up.
        page = await browser.OpenAsync(page.Address.PathAndQuery);
        Assert.Equal(Offer, page.Address.AbsolutePath);
        // "Not now" and a browser without script take the same way.
        var later = page.Document.QuerySelector("form[data-passkey-later]")!;
        var next = later.GetAttribute("data-passkey-later")!;
        Assert.Contains(next.Replace("&", "&amp;", StringComparison.Ordinal), page.Document.Head!.InnerHtml, StringComparison.Ordinal);
        Assert.NotNull(AuthorizationAnswer.Read(request, await LaterAsync(page)).Code);

        Assert.Equal("/", (await AgainAsync()).Address.AbsolutePath);
        fixture.Time.Advance(TimeSpan.FromDays(91));
        Assert.Equal(Offer, (await AgainAsync()).Address.AbsolutePath);
        // Who closes the window has not answered.
        Assert.Equal(Offer, (await AgainAsync()).Address.AbsolutePath);
        // Another account in the same browser is asked by itself.
        await SignOutAsync(browser);
        Assert.Equal(Offer, (await SignInAsync(browser, Seed.Bob)).Address.AbsolutePath);

        Task<Page> LaterAsync(Page from) => browser.SubmitAsync(from, Offer, ("later", "true"));

        async Task<Page> AgainAsync()
        {
            await SignOutAsync(browser);
            return await SignInAsync(browser, person);
        }
    }

    [Fact]
    public async Task Nobody_is_asked_whose_device_keeps_no_passkeys_or_whose_app_asks_about_the_sign_in_or_who_only_signs_in_again()
    {
        var (person, here) = await EnrolledPerson.RegisterAsync(fixture);
        Assert.Equal("/", (await fixture.Host.NewBrowser().SignInAsync(person)).Address.AbsolutePath);
        var app = Seed.Spa(fixture.Issuer);
        foreach (var asks in new[] { ("prompt", "login"), ("max_age", "60"), ("acr_values", "urn:authplatform:acr:1fa") })
        {
            var request = app.NewRequest("openid", [asks]);
            var page = await SignInAsync(fixture.Host.NewBrowser(), person, request.Address);
            Assert.NotNull(AuthorizationAnswer.Read(request, page).Code);
        }

        Assert.NotEqual(Offer, (await SignInAsync(here, person, "/signin?prompt=login")).Address.AbsolutePath);
        // The page itself is for who has just signed in.
        Assert.Equal("/", (await here.OpenAsync(Offer + "?returnUrl=https%3A%2F%2Fevil.example%2F")).Document
            .QuerySelector("form[data-passkey-later]")!.GetAttribute("data-passkey-later"));
        var late = fixture.Host.NewBrowser();
        await late.SignInAsync(person);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal("/account", (await late.OpenAsync(Offer + "?returnUrl=%2Faccount")).Address.AbsolutePath);
        Assert.NotEqual(Offer, (await fixture.Host.NewBrowser().OpenAsync(Offer)).Address.AbsolutePath);
    }

    [Fact]
    public async Task The_passkey_is_made_on_the_way_and_the_account_is_not_asked_again_here()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        var browser = fixture.Host.NewBrowser();
        var page = await SignInAsync(browser, person);
        using var device = new SoftAuthenticator(fixture.Issuer);
        var refused = await (await Ceremony.BeginAsync(browser, page, Offer)).AnswerAsync("{}");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("was not added", refused.Body, StringComparison.Ordinal);
        var landed = await (await Ceremony.BeginAsync(browser, refused, Offer)).CreateAsync(device);
        Assert.Equal("/", landed.Address.AbsolutePath);
        Assert.Equal(1, await CountAsync(device));
        fixture.Time.Advance(TimeSpan.FromDays(120));
        Assert.Equal("/", (await SignInAsync(browser, person)).Address.AbsolutePath);

        // Used here once, also before the browser forgot that it was made here.
        var (other, _) = await Ceremony.SignInAsync(fixture, device, person.Email);
        await SignOutAsync(other);
        Assert.Equal("/", (await SignInAsync(other, person)).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_second_passkey_is_offered_to_whoever_has_given_a_second_factor_unless_all_their_devices_have_the_first()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        using var phone = await Ceremony.EnrolAsync(fixture, person.Person.Email);
        Assert.Equal(Offer, (await CompleteAsync()).Address.AbsolutePath);
        using var synced = await Ceremony.EnrolAsync(fixture, person.Person.Email, synced: true);
        Assert.Equal("/", (await CompleteAsync()).Address.AbsolutePath);

        async Task<Page> CompleteAsync()
        {
            var browser = fixture.Host.NewBrowser();
            return await browser.SubmitAsync(
                await SignInAsync(browser, person.Person), "/signin/second-factor", ("code", person.NextCode()));
        }
    }

    [Fact]
    public async Task No_second_passkey_is_offered_after_the_password_alone()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        using var phone = await Ceremony.EnrolAsync(fixture, person.Email);
        Assert.Equal("/", (await SignInAsync(fixture.Host.NewBrowser(), person)).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_browser_may_make_one_silently_with_the_challenge_for_it_alone_and_never_use_it_so()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        var browser = fixture.Host.NewBrowser();
        var page = await SignInAsync(browser, person);
        using var device = new SoftAuthenticator(fixture.Issuer) { IsPersonPresent = false, VerifiesPerson = false };
        // The challenge of the button does not do.
        var loud = await Ceremony.BeginAsync(browser, page, Offer);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await loud.CreateAsync(device)).Status);
        Assert.Equal("/", (await loud.CreateAsync(device, ("mediation", "conditional"))).Address.AbsolutePath);
        Assert.Equal(0, await CountAsync(device));

        var silent = await Ceremony.BeginAsync(browser, page, Offer, null, ("mediation", "conditional"));
        device.Origin = "https://evil.example";
        Assert.Equal("/", (await silent.CreateAsync(device, ("mediation", "conditional"))).Address.AbsolutePath);
        Assert.Equal(0, await CountAsync(device));
        device.Origin = fixture.Issuer.Origin;
        silent = await Ceremony.BeginAsync(browser, page, Offer, null, ("mediation", "conditional"));
        Assert.Equal("/", (await silent.CreateAsync(device, ("mediation", "conditional"))).Address.AbsolutePath);
        Assert.Equal(1, await CountAsync(device));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await Ceremony.SignInAsync(fixture, device, person.Email)).Landed.Status);
        (device.IsPersonPresent, device.VerifiesPerson) = (true, true);
        Assert.Equal(HttpStatusCode.OK, (await Ceremony.SignInAsync(fixture, device, person.Email)).Landed.Status);
    }

    [Fact]
    public async Task After_the_second_factor_too_and_not_before_it()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var browser = fixture.Host.NewBrowser();
        var page = await SignInAsync(browser, person.Person);
        Assert.True(page.HasForm("/signin/second-factor"));
        Assert.NotEqual(Offer, (await browser.OpenAsync(Offer)).Address.AbsolutePath);
        var landed = await browser.SubmitAsync(page, "/signin/second-factor", ("code", person.NextCode()));
        Assert.Equal(Offer, landed.Address.AbsolutePath);
        using var content = new FormUrlEncodedContent([new("mediation", "")]);
        using var forged = await browser.Http.PostAsync(Offer + "/question", content);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    /// <summary>As the script of the page does on a device that can keep passkeys.</summary>
    private static async Task<Page> SignInAsync(Browser browser, Person person, string address = "/signin") => await browser.SubmitAsync(
        await browser.OpenAsync(address), "/signin", ("email", person.Email), ("password", person.Password), ("passkeys", "true"));

    private static async Task SignOutAsync(Browser browser)
    {
        // The session may have expired.
        var page = await browser.OpenAsync("/signout");
        if (page.HasForm("/signout")) await browser.SubmitAsync(page, "/signout");
    }

    private Task<int> CountAsync(SoftAuthenticator device) =>
        fixture.Host.WithDatabaseAsync(db => db.Passkeys.CountAsync(p => p.CredentialId == device.CredentialId));
}

public sealed class PasskeyOfferOnSqlite(SqliteHost fixture) : PasskeyOfferTests(fixture), IClassFixture<SqliteHost>;

public sealed class PasskeyOfferOnPostgres(PostgresHost fixture) : PasskeyOfferTests(fixture), IClassFixture<PostgresHost>;
