using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Accounts.Recovery;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui.Emails;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Api;

/// <summary>RFC 9470: an admin proves again who they are before a way into another account changes; what admins do for people.</summary>
public abstract class AdminStepUpTests(MailFixture fixture)
{
    private const string Users = "/v1/users";

    [Fact]
    public async Task A_sign_in_of_before_is_not_enough_to_change_a_way_in_and_is_for_everything_else()
    {
        var (admin, target) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await TargetAsync());
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var etag = (await admin.GetAsync(target)).ETag;
        object[] ways =
        [
            new { password = "Third-Horse-9-Paperclip" }, new { email = $"{Guid.CreateVersion7():N}@example.test" },
            new { email_verified = false }, new { roles = new[] { "admin" } }, new { disabled = true },
        ];
        foreach (var change in ways) AssertAsked(await admin.PatchAsync(target, change, etag), withFactor: false);
        AssertAsked(await admin.DeleteAsync(target + "/second-factors"), withFactor: false);
        AssertAsked(await admin.DeleteAsync(target + "/passkeys"), withFactor: false);
        AssertAsked(await admin.DeleteAsync(target + "/upstream/none"), withFactor: false);
        // A new admin would be a token that nobody has to steal again.
        AssertAsked(await admin.DeleteAsync(target), withFactor: false);
        var made = new { email = $"{Guid.CreateVersion7():N}@example.test", roles = new[] { "admin" } };
        AssertAsked(await admin.PostAsync(Users, made), withFactor: false);
        var verified = new { email = $"{Guid.CreateVersion7():N}@example.test", email_verified = true };
        AssertAsked(await admin.PostAsync(Users, verified), withFactor: false);

        var whole = new
        {
            email = (await admin.GetAsync(target)).Text("email"), first_name = "Tess", email_verified = true, disabled = false,
            roles = Array.Empty<string>(),
        };
        etag = (await admin.PutAsync(target, whole, etag)).Expect(HttpStatusCode.OK).ETag;
        (await admin.DeleteAsync(target + "/sessions")).Expect(HttpStatusCode.NoContent);
        (await admin.PostAsync(target + "/password-reset", new { })).Expect(HttpStatusCode.Accepted);

        var again = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        foreach (var change in ways) etag = (await again.PatchAsync(target, change, etag)).Expect(HttpStatusCode.OK).ETag;
        (await again.PostAsync(Users, made)).Expect(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_admin_who_has_a_second_factor_must_have_given_it_and_the_challenge_says_so()
    {
        var person = await NewAdminAsync();
        var before = await ApiClient.SignInAsync(fixture.Host, person);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        var enrolled = await EnrolledPerson.EnrolAsync(fixture, person, browser, await browser.OpenAsync(EnrolledPerson.SetUp));
        var target = await TargetAsync();
        AssertAsked(await before.DeleteAsync(target + "/passkeys"), withFactor: true);

        // What the challenge says goes to the authorization endpoint, and the new token is enough.
        var app = Seed.Console(fixture.Issuer);
        var request = app.NewRequest(
            ApiClient.FullAccess, [("acr_values", "urn:authplatform:acr:2fa"), ("max_age", "300")]);
        var (at, page) = await enrolled.GivePasswordAsync(address: request.Address);
        var landed = await at.SubmitAsync(page, "/signin/second-factor", ("code", enrolled.NextCode()));
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).AccessToken;
        (await new ApiClient(fixture.Issuer, token).DeleteAsync(target + "/passkeys")).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_token_of_before_is_not_lifted_by_the_step_up_of_its_session()
    {
        var (browser, app) = (fixture.Host.NewBrowser(), Seed.Console(fixture.Issuer));
        const string scope = "openid users:read users:write";
        await browser.SignInAsync(Seed.Carol);
        var stolen = new ApiClient(fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope))).AccessToken);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        await browser.SignInAsync(Seed.Carol.Email, Seed.Carol.Password, page: await browser.OpenAsync("/signin?prompt=login"));
        // The same session of the app, which has been proven again.
        var fresh = new ApiClient(fixture.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope))).AccessToken);
        var target = await TargetAsync();
        AssertAsked(await stolen.DeleteAsync(target + "/passkeys"), withFactor: false);
        (await fresh.DeleteAsync(target + "/passkeys")).Expect(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_admin_takes_lost_passkeys_away_and_the_person_is_told()
    {
        var (admin, target) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await TargetAsync());
        var (id, email) = (Guid.Parse(target.Split('/')[^1]), (await admin.GetAsync(target)).Text("email"));
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(9));
        (await admin.DeleteAsync(target + "/passkeys")).Expect(HttpStatusCode.NoContent);
        (await admin.DeleteAsync(target + "/passkeys")).Expect(HttpStatusCode.NoContent);
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.UserId == id)));
        var told = await fixture.LatestAsync<WayInChangedLetter>(email!);
        Assert.Equal((WayInChange.PasskeysRemoved, true), (told.Change, told.ByAdmin));
        (await admin.DeleteAsync(Users + "/me/passkeys")).Expect(HttpStatusCode.Conflict, "own-account");
        (await admin.DeleteAsync($"{Users}/{Guid.CreateVersion7()}/passkeys")).Expect(HttpStatusCode.NotFound, "not-found");
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        foreach (var path in new[] { "/passkeys", "/deletion", "/second-factors" })
        {
            (await bob.DeleteAsync(target + path)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        }
        (await bob.PostAsync(target + "/password-reset", new { })).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
    }

    [Fact]
    public async Task An_admin_sees_and_takes_away_connected_sign_ins_and_the_person_is_told()
    {
        var (admin, target) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await TargetAsync());
        var (id, email) = (Guid.Parse(target.Split('/')[^1]), (await admin.GetAsync(target)).Text("email"));
        for (var i = 0; i < 2; i++) await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.FromDays(2));
        var listed = (await admin.GetAsync(target + "/upstream")).Expect(HttpStatusCode.OK).Json.GetProperty("upstream");
        Assert.Equal(2, listed.GetArrayLength());
        Assert.Equal("https://login.example.test", listed[0].GetProperty("issuer").GetString());
        Assert.False(listed[0].TryGetProperty("subject", out _));
        var one = target + "/upstream/" + listed[0].GetProperty("id").GetString();

        // That of one account is none of another.
        (await admin.DeleteAsync(one.Replace(target, await TargetAsync(), StringComparison.Ordinal)))
            .Expect(HttpStatusCode.NotFound, "not-found");
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        (await bob.GetAsync(target + "/upstream")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await bob.DeleteAsync(one)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await admin.DeleteAsync(one)).Expect(HttpStatusCode.NoContent);
        (await admin.DeleteAsync(one)).Expect(HttpStatusCode.NotFound, "not-found");
        Assert.Equal(1, (await admin.GetAsync(target + "/upstream")).Json.GetProperty("upstream").GetArrayLength());

        var told = await fixture.LatestAsync<WayInChangedLetter>(email!);
        Assert.Equal((WayInChange.ProviderDisconnected, true), (told.Change, told.ByAdmin));
        var carol = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Carol.Email));
        var record = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.SingleAsync(e => e.Kind == "upstream.disconnected" && e.SubjectId == id));
        Assert.Equal(
            (carol.Id, "console", "https://login.example.test"), (record.ActorId!.Value, record.ClientId, record.Detail));
        (await admin.DeleteAsync(Users + "/me/upstream/none")).Expect(HttpStatusCode.Conflict, "own-account");
        (await admin.GetAsync($"{Users}/{Guid.CreateVersion7()}/upstream")).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task An_admin_lets_a_person_choose_a_new_password()
    {
        var (admin, target) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await TargetAsync());
        var email = (await admin.GetAsync(target)).Text("email")!;
        (await admin.PostAsync(target + "/password-reset", new { })).Expect(HttpStatusCode.Accepted);
        var browser = fixture.Host.NewBrowser();
        var choose = await browser.OpenAsync((await fixture.LatestAsync<ResetLinkLetter>(email)).Link);
        await browser.SubmitAsync(choose, "/password/reset", ("password", "Brass-Teapot-61-Moon"));
        Assert.Equal("/", (await browser.SignInAsync(email, "Brass-Teapot-61-Moon")).Address.AbsolutePath);
        (await admin.PatchAsync(target, new { disabled = true }, (await admin.GetAsync(target)).ETag)).Expect(HttpStatusCode.OK);
        (await admin.PostAsync(target + "/password-reset", new { })).Expect(HttpStatusCode.Conflict, "account-disabled");
        (await admin.PostAsync($"{Users}/{Guid.CreateVersion7()}/password-reset", new { })).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task An_admin_keeps_an_account_that_its_person_has_closed()
    {
        var (admin, person) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await fixture.NewPersonAsync(confirmed: true));
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        await browser.SubmitAsync(
            await browser.OpenAsync("/account/data/delete"), "/account/data/delete", ("email", person.Email));
        var closed = await fixture.LatestAsync<AccountClosedLetter>(person.Email);
        Assert.Equal(fixture.Time.GetUtcNow().UtcDateTime.AddDays(14), closed.DeleteAfter, TimeSpan.FromSeconds(1));
        var target = await AddressOfAsync(person);
        (await admin.DeleteAsync(target + "/deletion")).Expect(HttpStatusCode.NoContent);
        (await admin.DeleteAsync(target + "/deletion")).Expect(HttpStatusCode.NotFound, "not-found");
        await fixture.LatestAsync<AccountKeptLetter>(person.Email);
        Assert.Equal("/", (await browser.SignInAsync(person)).Address.AbsolutePath);
    }

    [Fact]
    public async Task Taking_the_choice_to_keep_a_closed_account_away_needs_the_proof_like_any_disabling()
    {
        var (admin, person) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await fixture.NewPersonAsync(confirmed: true));
        var (target, browser) = (await AddressOfAsync(person), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        await browser.SubmitAsync(
            await browser.OpenAsync("/account/data/delete"), "/account/data/delete", ("email", person.Email));
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var closed = (await admin.GetAsync(target)).Expect(HttpStatusCode.OK);
        Assert.True(closed.Json.GetProperty("disabled").GetBoolean());
        AssertAsked(await admin.PatchAsync(target, new { disabled = true }, closed.ETag), withFactor: false);
        AssertAsked(await admin.PatchAsync(target, new { disabled = false }, closed.ETag), withFactor: false);

        var again = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var shut = (await again.PatchAsync(target, new { disabled = true }, closed.ETag)).Expect(HttpStatusCode.OK);
        var id = Guid.Parse(target.Split('/')[^1]);
        Assert.True(await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.AnyAsync(e => e.Kind == "user.disabled" && e.SubjectId == id)));
        // Now it is disabled, and the same word changes nothing.
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        (await again.PatchAsync(target, new { disabled = true }, shut.ETag)).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_that_an_admin_changes_is_told_to_the_former_one_which_has_no_way_back()
    {
        var (admin, person) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await fixture.NewPersonAsync(confirmed: true));
        var (target, next) = (await AddressOfAsync(person), $"{Guid.CreateVersion7():N}@example.test");
        // Whoever reads the former mailbox has asked for a new password already.
        var open = await new Forgetful(fixture).LinkAsync(person.Email);
        (await admin.PatchAsync(target, new { email = next }, (await admin.GetAsync(target)).ETag)).Expect(HttpStatusCode.OK);
        var letter = await fixture.LatestAsync<EmailChangedLetter>(person.Email);
        Assert.Equal((null, null), (letter.Link, letter.NewEmail));
        Assert.Equal(HttpStatusCode.Gone, (await fixture.Host.NewBrowser().OpenAsync(open)).Status);
        var id = Guid.Parse(target.Split('/')[^1]);
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Proofs.AnyAsync(p => p.UserId == id && p.UsedAt == null)));
    }

    private static void AssertAsked(ApiAnswer answer, bool withFactor)
    {
        answer.Expect(HttpStatusCode.Unauthorized, "step-up-required");
        var challenge = answer.Header("WWW-Authenticate")!;
        Assert.Contains("error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
        Assert.Contains("max_age=\"300\"", challenge, StringComparison.Ordinal);
        Assert.Equal(withFactor, challenge.Contains("acr_values=\"urn:authplatform:acr:2fa\"", StringComparison.Ordinal));
    }

    private async Task<string> TargetAsync() => await AddressOfAsync(await fixture.NewPersonAsync(confirmed: true));

    private async Task<string> AddressOfAsync(Person person) => $"{Users}/" + await fixture.Host.WithDatabaseAsync(
        db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());

    private async Task<Person> NewAdminAsync()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (carol, target) = (await ApiClient.SignInAsync(fixture.Host, Seed.Carol), await AddressOfAsync(person));
        (await carol.PatchAsync(target, new { roles = new[] { "admin" } }, (await carol.GetAsync(target)).ETag)).Expect(HttpStatusCode.OK);
        return person;
    }
}

public sealed class AdminStepUpOnSqlite(MailOnSqlite host) : AdminStepUpTests(host), IClassFixture<MailOnSqlite>;

public sealed class AdminStepUpOnPostgres(MailOnPostgres host) : AdminStepUpTests(host), IClassFixture<MailOnPostgres>;
