using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Ciba;
using AuthServer.IntegrationTests.Protocol.Devices;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>SECOND_FACTOR: who sets a factor up right after the password, and who is not asked at all.</summary>
public sealed class PolicyTests(PolicyTests.AllHost all, PolicyTests.AdminsHost admins, PolicyTests.OffHost off)
    : IClassFixture<PolicyTests.AllHost>, IClassFixture<PolicyTests.AdminsHost>, IClassFixture<PolicyTests.OffHost>
{
    private const string SetUp = "/signin/second-factor/set-up";

    [Fact]
    public async Task With_all_a_person_sets_one_up_after_the_password_before_anything_opens()
    {
        var app = Seed.Spa(all.Issuer);
        var request = app.NewRequest("openid");
        var browser = all.Host.NewBrowser();
        var page = await browser.SignInAsync(Seed.Alice.Email, Seed.Alice.Password, page: await browser.OpenAsync(request.Address));
        Assert.True(page.HasForm(SetUp));
        // Nothing is open yet.
        Assert.True((await browser.OpenAsync(request.Address)).HasForm("/signin"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.SubmitAsync(page, SetUp, ("code", "000000"))).Status);
        var code = EnrolledPerson.CodeOf(EnrolledPerson.SecretOf(page), all.Host.Now);
        // The key of one account is worth nothing to another.
        var other = all.Host.NewBrowser();
        var theirs = await other.SignInAsync(Seed.Bob);
        var key = page.Document.QuerySelector("input[name=key]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.BadRequest, (await other.SubmitAsync(theirs, SetUp, ("code", code), ("key", key))).Status);

        var codes = await browser.SubmitAsync(page, SetUp, ("code", code));
        var landed = await browser.OpenAsync(codes.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).IdToken;
        Assert.Equal("urn:authplatform:acr:2fa", token.GetClaim("acr").Value);
        // It cannot be turned off again.
        Assert.False((await browser.OpenAsync(EnrolledPerson.SetUp)).HasForm(EnrolledPerson.SetUp + "/remove"));
    }

    [Fact]
    public async Task With_all_a_new_account_begins_with_a_factor_and_the_api_says_where()
    {
        var browser = all.Host.NewBrowser();
        var person = new Person("new@example.test", "Orange-Kettle-19");
        var page = await browser.SubmitAsync(
            await browser.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", person.Password));
        Assert.True(page.HasForm(SetUp));
        (await new ApiCaller(all.Issuer).LoginAsync(person)).Expect(HttpStatusCode.Forbidden, "second-factor-enrolment-required");
        var enrolled = await EnrolledPerson.EnrolAsync(all, person, browser, page);
        Assert.NotNull(await enrolled.SignInAsync());
    }

    [Fact]
    public async Task With_admins_an_admin_sets_one_up_others_need_not_and_who_becomes_an_admin_signs_in_anew()
    {
        var carol = admins.Host.NewBrowser();
        var page = await carol.SignInAsync(Seed.Carol);
        Assert.True(page.HasForm(SetUp));
        Assert.Equal("/", (await admins.Host.NewBrowser().SignInAsync(Seed.Alice)).Address.AbsolutePath);
        (await new ApiCaller(admins.Issuer).LoginAsync(Seed.Carol)).Expect(HttpStatusCode.Forbidden, "second-factor-enrolment-required");
        (await new ApiCaller(admins.Issuer).LoginAsync(Seed.Alice)).Expect(HttpStatusCode.OK);

        await EnrolledPerson.EnrolAsync(admins, Seed.Carol, carol, page);
        var app = Seed.Console(admins.Issuer);
        var api = new ApiClient(
            admins.Issuer, (await app.RedeemCodeAsync(await carol.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        var bob = admins.Host.NewBrowser();
        await bob.SignInAsync(Seed.Bob);
        var found = (await api.GetAsync("/v1/users?email=" + Seed.Bob.Email)).Json.GetProperty("users")[0];
        var account = "/v1/users/" + found.GetProperty("id").GetString();
        var read = await api.GetAsync(account);
        (await api.PatchAsync(account, new { roles = new[] { "admin" } }, read.ETag)).Expect(HttpStatusCode.OK);
        // What was open with a password alone has ended.
        Assert.True((await bob.OpenAsync("/account/security")).HasForm("/signin"));
        Assert.True((await admins.Host.NewBrowser().SignInAsync(Seed.Bob)).HasForm(SetUp));
    }

    [Fact]
    public async Task With_off_nobody_is_asked_and_what_an_app_wants_beyond_a_password_is_an_error()
    {
        var browser = off.Host.NewBrowser();
        await browser.SignInAsync(Seed.Carol);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(EnrolledPerson.SetUp)).Status);
        Assert.DoesNotContain("/account/security/totp", (await browser.OpenAsync("/")).Body, StringComparison.Ordinal);
        var answer = await browser.AuthorizeAsync(Seed.Spa(off.Issuer), extra: [("acr_values", "urn:authplatform:acr:2fa")]);
        Assert.Equal("unmet_authentication_requirements", answer.Error);
        // A passkey reaches it all the same.
        var discovered = (await off.Issuer.DiscoverAsync()).GetProperty("acr_values_supported").ToString();
        Assert.Contains("2fa", discovered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_all_a_refused_removal_uses_no_recovery_code_up_at_the_page_or_by_the_api()
    {
        var browser = all.Host.NewBrowser();
        var person = new Person($"{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19");
        var page = await browser.SubmitAsync(
            await browser.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", person.Password));
        var enrolled = await EnrolledPerson.EnrolAsync(all, person, browser, page);
        var app = Seed.Console(all.Issuer);
        var api = new ApiClient(
            all.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        (await api.PostAsync("/v1/account/second-factors/removal", new { code = enrolled.RecoveryCodes[0] }))
            .Expect(HttpStatusCode.Conflict, "second-factor-demanded");
        var form = await browser.OpenAsync(EnrolledPerson.SetUp);
        var posted = await Ceremony.TryAsync(
            browser, form, EnrolledPerson.SetUp + "/recovery-codes", EnrolledPerson.SetUp + "/remove",
            ("code", enrolled.RecoveryCodes[1]));
        Assert.Equal(HttpStatusCode.SeeOther, posted.StatusCode);
        Assert.Equal(10, (await api.GetAsync("/v1/account/second-factors")).Json.GetProperty("recovery_codes_left").GetInt32());
    }

    [Fact]
    public async Task With_off_a_passkey_is_added_beside_one_by_whoever_has_signed_in_with_it()
    {
        const string New = "/account/security/passkeys/new";
        var browser = off.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        Assert.Equal(New, (await browser.OpenAsync(New)).Address.AbsolutePath);
        using var device = await Ceremony.EnrolAsync(off, Seed.Alice.Email);
        var asked = await browser.OpenAsync(New);
        Assert.True(asked.HasForm("/signin/passkey"));
        Assert.Contains("Sign in with your passkey to change", asked.Body, StringComparison.Ordinal);
        var landed = await (await Ceremony.BeginAsync(browser, asked, "/signin/passkey")).UseAsync(off, device, Seed.Alice.Email);
        Assert.Equal(New, landed.Address.AbsolutePath);
    }

    [Fact]
    public async Task With_off_the_api_asks_for_the_passkey_too_and_the_authorization_endpoint_leads_to_it()
    {
        const string Passkeys = "/v1/account/passkeys", Two = "urn:authplatform:acr:2fa";
        var (person, browser) = await EnrolledPerson.RegisterAsync(off);
        var app = Seed.Console(off.Issuer);
        var weak = new ApiClient(
            off.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        (await weak.DeleteAsync("/v1/account/password")).Expect(HttpStatusCode.Conflict, "last-way-in");
        using var device = await Ceremony.EnrolAsync(off, person.Email);
        var passkey = Passkeys + "/" + (await weak.GetAsync(Passkeys)).Json.GetProperty("passkeys")[0].GetProperty("id").GetString();
        var refused = (await weak.DeleteAsync(passkey)).Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Assert.Contains($"acr_values=\"{Two}\"", refused.Header("WWW-Authenticate"), StringComparison.Ordinal);

        var request = app.NewRequest(ApiClient.FullAccess, [("acr_values", Two), ("max_age", "300")]);
        var asked = await browser.OpenAsync(request.Address);
        Assert.True(asked.HasForm("/signin/passkey"), asked.ToString());
        // Another sign-in with the password does not go round in circles.
        var again = off.Host.NewBrowser();
        await again.SignInAsync(person);
        var second = app.NewRequest(ApiClient.FullAccess, [("acr_values", Two)]);
        var landed = await again.SignInAsync(person.Email, person.Password, page: await again.OpenAsync(second.Address));
        Assert.Equal("unmet_authentication_requirements", AuthorizationAnswer.Read(second, landed).Error);

        landed = await (await Ceremony.BeginAsync(browser, asked, "/signin/passkey")).UseAsync(off, device, person.Email);
        var strong = new ApiClient(off.Issuer, (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).AccessToken);
        (await strong.DeleteAsync(passkey)).Expect(HttpStatusCode.NoContent);
    }

    /// <summary>What devices and clients of CIBA ask for is asked of the person by the rules of the authorization endpoint.</summary>
    [Fact]
    public async Task With_off_a_request_from_elsewhere_leads_to_the_passkey_too()
    {
        const string Two = "urn:authplatform:acr:2fa";
        var (person, browser) = await EnrolledPerson.RegisterAsync(off);
        off.Time.Advance(TimeSpan.FromSeconds(1));
        var (television, till) = (Seed.Television(off.Issuer), Seed.Till(off.Issuer));
        var asked = await television.AskForDeviceAsync("openid", ("acr_values", Two));
        Assert.True(asked.IsOk, asked.Body);
        Assert.True((await till.AskForPersonAsync(person.Email, ("acr_values", Two))).IsOk);
        // Whoever has no passkey is sent nowhere.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.TypeCodeAsync(asked.UserCode())).Status);
        Assert.False((await CibaHost.OpenRequestAsync(browser)).HasForm("/approve/decision"));

        using var device = await Ceremony.EnrolAsync(off, person.Email);
        var approve = await CibaHost.OpenRequestAsync(browser);
        Assert.True(approve.HasForm("/signin/passkey"), approve.ToString());
        var signIn = await browser.TypeCodeAsync(asked.UserCode());
        Assert.True(signIn.HasForm("/signin/passkey"), signIn.ToString());
        Assert.Contains("passkey", signIn.Address.Query, StringComparison.Ordinal);
        var landed = await (await Ceremony.BeginAsync(browser, signIn, "/signin/passkey")).UseAsync(off, device, person.Email);
        Assert.True(landed.HasForm("/device/decision"), landed.ToString());
        await browser.SubmitAsync(landed, "/device/decision", ("decision", "allow"));
        Assert.Equal(Two, (await television.PollDeviceAsync(asked.DeviceCode())).IdToken.GetClaim("acr").Value);
        Assert.True((await CibaHost.OpenRequestAsync(browser)).HasForm("/approve/decision"));
    }

    [Fact]
    public async Task With_all_a_closed_account_whose_factor_is_a_passkey_is_kept_by_a_sign_in_with_it()
    {
        using var device = await Ceremony.EnrolAsync(all, Seed.Carol.Email);
        await CloseAsync(Seed.Carol.Email);
        var page = await all.Host.NewBrowser().SignInAsync(Seed.Carol);
        Assert.Contains("Sign in with your passkey to keep it", page.Body, StringComparison.Ordinal);
        Assert.False(page.HasForm("/signin/keep"));
        var (browser, offer) = await Ceremony.SignInAsync(all, device, Seed.Carol.Email);
        await browser.SubmitAsync(offer, "/signin/keep");
        Assert.False(await all.Host.WithDatabaseAsync(
            db => db.Users.AnyAsync(u => u.Email == Seed.Carol.Email && u.DeleteAfter != null)));
    }

    [Fact]
    public async Task With_all_whoever_has_a_passkey_alone_gets_in_by_a_recovery_code_when_it_is_lost()
    {
        const string Step = "/signin/second-factor", Codes = "/account/security/recovery-codes", New = "/account/security/passkeys";
        var (person, _) = await EnrolledPerson.RegisterAsync(all);
        using var device = await Ceremony.EnrolAsync(all, person.Email);
        var login = new ApiCaller(all.Issuer);
        var page = await all.Host.NewBrowser().SignInAsync(person);
        Assert.True(page.HasForm(Step + "/passkey"));
        Assert.Null(page.Document.QuerySelector("a[href*='with=recovery-code']"));
        (await login.LoginAsync(person)).Expect(HttpStatusCode.Forbidden, "second-factor-passkey-required");
        var (owner, _) = await Ceremony.SignInAsync(all, device, person.Email);
        Assert.NotNull((await owner.OpenAsync("/account/security")).Document.QuerySelector($"a[href$='{Codes}']"));
        var made = await owner.SubmitAsync(await owner.OpenAsync(Codes), Codes);
        var codes = made.Document.QuerySelector("code")!.TextContent.Split('\n');
        Assert.Equal(10, codes.Length);
        // The phone is lost.
        var browser = all.Host.NewBrowser();
        page = await browser.SignInAsync(person);
        page = await browser.OpenAsync(page.Document.QuerySelector("a[href*='with=recovery-code']")!.GetAttribute("href")!);
        Assert.True((await browser.SubmitAsync(page, Step, ("code", "k7q2-mzxw-6ytb-oiqg"))).HasForm(Step));
        Assert.Equal("/", (await browser.SubmitAsync(page, Step, ("code", codes[0]))).Address.AbsolutePath);
        // The session is one of two factors: a new passkey is made in it at once, and there are codes already.
        using var second = new SoftAuthenticator(all.Issuer);
        var added = await (await Ceremony.BeginAsync(browser, await browser.OpenAsync(New + "/new"), New)).CreateAsync(second);
        Assert.Equal("/account/security", added.Address.AbsolutePath);
        var challenge = (await login.LoginAsync(person)).Expect(HttpStatusCode.Unauthorized, "second-factor-required").Text("challenge");
        (await CompleteAsync(codes[0])).Expect(HttpStatusCode.Unauthorized, "invalid-code");
        (await CompleteAsync(codes[1])).Expect(HttpStatusCode.OK);
        Task<ApiAnswer> CompleteAsync(string code) => login.PostAsync(
            "/v1/auth/login", System.Text.Json.JsonSerializer.Serialize(new { challenge, code }));
    }

    [Fact]
    public async Task With_all_a_new_passkey_brings_recovery_codes_to_whoever_has_none()
    {
        const string Form = "/account/security/passkeys";
        var (person, _) = await EnrolledPerson.RegisterAsync(all);
        using var device = await Ceremony.EnrolAsync(all, person.Email);
        var (browser, _) = await Ceremony.SignInAsync(all, device, person.Email);
        using var second = new SoftAuthenticator(all.Issuer);
        var shown = await (await Ceremony.BeginAsync(browser, await browser.OpenAsync(Form + "/new"), Form)).CreateAsync(second);
        Assert.Equal(10, shown.Document.QuerySelector("code")!.TextContent.Split('\n').Length);
        Assert.StartsWith("/account/security?", shown.Document.QuerySelector("a.primary")!.GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_all_an_app_is_removed_beside_a_passkey_whose_codes_are_then_shown()
    {
        var browser = all.Host.NewBrowser();
        var person = new Person($"{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19");
        var page = await browser.SubmitAsync(
            await browser.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", person.Password));
        var enrolled = await EnrolledPerson.EnrolAsync(all, person, browser, page);
        using var device = await Ceremony.EnrolAsync(all, person.Email);
        var (byPasskey, _) = await Ceremony.SignInAsync(all, device, person.Email);
        var shown = await byPasskey.SubmitAsync(await byPasskey.OpenAsync(EnrolledPerson.SetUp), EnrolledPerson.SetUp + "/remove");
        Assert.Empty(shown.Document.QuerySelector("code")!.TextContent.Split('\n').Intersect(enrolled.RecoveryCodes));
        Assert.True((await all.Host.NewBrowser().SignInAsync(person)).HasForm("/signin/second-factor/passkey"));
    }

    [Fact]
    public async Task With_all_a_closed_account_whose_passkey_is_lost_is_kept_by_a_recovery_code()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(all);
        using var device = await Ceremony.EnrolAsync(all, person.Email);
        var (owner, _) = await Ceremony.SignInAsync(all, device, person.Email);
        const string Codes = "/account/security/recovery-codes";
        var made = await owner.SubmitAsync(await owner.OpenAsync(Codes), Codes);
        var code = made.Document.QuerySelector("code")!.TextContent.Split('\n')[0];
        await CloseAsync(person.Email);
        var browser = all.Host.NewBrowser();
        var page = await browser.SignInAsync(person);
        Assert.True((await browser.SubmitAsync(page, "/signin/keep", ("code", ""))).HasForm("/signin/keep") && await IsClosedAsync());
        await browser.SubmitAsync(page, "/signin/keep", ("code", code));
        Assert.False(await IsClosedAsync());

        Task<bool> IsClosedAsync() => all.Host.WithDatabaseAsync(
            db => db.Users.AnyAsync(u => u.Email == person.Email && u.DeleteAfter != null));
    }

    private Task CloseAsync(string email)
    {
        var now = all.Host.Now.UtcDateTime;
        return all.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == email).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.DisabledAt, now).SetProperty(u => u.DeleteAfter, now.AddDays(14))));
    }

    public abstract class PolicyHost(string policy) : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) =>
            setup with { Settings = new Dictionary<string, string> { ["SECOND_FACTOR"] = policy } };
    }

    public sealed class AllHost() : PolicyHost("all");

    public sealed class AdminsHost() : PolicyHost("admins");

    public sealed class OffHost() : PolicyHost("off");
}
