using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui.Emails;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>Whoever signs up with the address of another person, or takes an account over, leaves no way in behind.</summary>
public abstract class LeftBehindTests(MailFixture fixture)
{
    private const string New = "Brass-Teapot-61-Moon", SetUp = EnrolledPerson.SetUp, Passkey = "/account/security/passkeys/new";

    [Theory]
    [InlineData(SetUp)]
    [InlineData(Passkey)]
    public async Task No_way_in_is_added_before_the_address_is_confirmed_and_the_code_leads_back_to_it(string path)
    {
        var (person, browser) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        var asked = await browser.OpenAsync(path);
        Assert.Equal("/email/confirm", asked.Address.AbsolutePath);
        Assert.Equal("/account/security", asked.Document.QuerySelector("a.quiet")!.GetAttribute("href"));
        var code = await browser.SubmitAsync(asked, "/email/confirm");
        var letter = await fixture.LatestAsync<ConfirmEmailLetter>(person.Email);
        var landed = await browser.SubmitAsync(code, "/email/code", ("code", letter.Code));
        Assert.Equal(path, landed.Address.AbsolutePath);
    }

    [Fact]
    public async Task A_form_that_was_opened_while_the_address_was_confirmed_adds_nothing_once_it_is_not()
    {
        var (person, browser) = (await fixture.NewPersonAsync(confirmed: true), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        var page = await browser.OpenAsync(SetUp);
        await ConfirmAsync(person, confirmed: false);
        var code = EnrolledPerson.CodeOf(EnrolledPerson.SecretOf(page), fixture.Host.Now);
        await browser.SubmitAsync(page, SetUp, ("code", code));
        Assert.Equal(0, await fixture.Host.WithDatabaseAsync(db => db.UserTokens.CountAsync(
            t => db.Users.Any(u => u.Id == t.UserId && u.Email == person.Email))));
        // The question for a passkey, and the answer to it.
        await ConfirmAsync(person, confirmed: true);
        var add = await browser.OpenAsync(Passkey);
        await ConfirmAsync(person, confirmed: false);
        const string Field = "__RequestVerificationToken";
        using var form = new FormUrlEncodedContent(
            [new(Field, add.Document.QuerySelector($"input[name={Field}]")!.GetAttribute("value")!)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/security/passkeys/question") { Content = form };
        request.Headers.Add("Origin", AuthServerHost.IssuerText);
        using var question = await browser.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, question.StatusCode);
    }

    [Fact]
    public async Task An_app_sets_up_no_second_factor_before_the_address_is_confirmed()
    {
        var person = await fixture.NewPersonAsync();
        var api = await ApiClient.SignInAsync(fixture.Host, person, "openid account:read account:write");
        const string path = "/v1/account/second-factors/app";
        (await api.PostAsync(path, new { })).Expect(HttpStatusCode.Forbidden, "email-confirmation-required");
        await ConfirmAsync(person, confirmed: true);
        (await api.PostAsync(path, new { })).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_first_proof_of_the_mailbox_by_a_new_password_forgets_what_was_allowed_to_apps()
    {
        var (person, squatter) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        await squatter.SignInAsync(person);
        await squatter.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer), "openid email");
        await new Forgetful(fixture).ResetByLinkAsync(person.Email, New);
        var owner = fixture.Host.NewBrowser();
        await owner.SignInAsync(person.Email, New);
        var asked = await owner.OpenAsync(Seed.ThirdParty(fixture.Issuer).NewRequest("openid email").Address);
        Assert.True(asked.HasForm("/consent"), asked.ToString());
        // Known from now on, the person keeps what they allow.
        await owner.SubmitAsync(asked, "/consent", ("decision", "allow"));
        await new Forgetful(fixture).ResetByLinkAsync(person.Email, "Copper-Kettle-62-Sun");
        await owner.SignInAsync(person.Email, "Copper-Kettle-62-Sun");
        Assert.NotNull((await owner.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer), "openid email", [("prompt", "none")])).Code);
    }

    [Fact]
    public async Task The_first_proof_of_the_mailbox_takes_the_recovery_codes_with_the_passkey_beside_which_they_were_made()
    {
        var person = await fixture.NewPersonAsync();
        var id = await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(3));
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.RecoveryCodes.Add(new()
            {
                Id = Guid.CreateVersion7(), UserId = id, CodeHash = new string('a', 64), CreatedAt = fixture.Time.GetUtcNow().UtcDateTime,
            });
            return db.SaveChangesAsync();
        });
        await new Forgetful(fixture).ResetByLinkAsync(person.Email, New);
        Assert.Equal(0, await fixture.Host.WithDatabaseAsync(db => db.RecoveryCodes.CountAsync(c => c.UserId == id)));
    }

    [Fact]
    public async Task The_first_proof_of_the_mailbox_by_a_new_password_disconnects_the_sign_ins_of_other_providers()
    {
        var person = await fixture.NewPersonAsync();
        var id = await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());
        await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.FromDays(3));
        await new Forgetful(fixture).ResetByLinkAsync(person.Email, New);
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.UserLogins.AnyAsync(l => l.UserId == id)));
        // Known from now on, the person keeps what they connect.
        await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.Zero);
        await new Forgetful(fixture).ResetByLinkAsync(person.Email, "Copper-Kettle-62-Sun");
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.UserLogins.AnyAsync(l => l.UserId == id)));
    }

    [Fact]
    public async Task An_undone_change_of_address_takes_away_what_came_on_its_day_and_leaves_what_was_there_before()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        var enrolled = await EnrolledPerson.EnrolAsync(fixture, person, browser, await browser.OpenAsync(SetUp));
        fixture.Time.Advance(TimeSpan.FromDays(2));
        // The thief has phone and password for an hour: new recovery codes and a passkey first, the address last.
        var thief = await enrolled.SignInAsync();
        var renewed = await thief.SubmitAsync(
            await thief.OpenAsync(SetUp), SetUp + "/recovery-codes", ("code", enrolled.NextCode()));
        var codes = renewed.Document.QuerySelector("code")!.TextContent.Split('\n');
        var told = await fixture.AllAsync<WayInChangedLetter>(person.Email);
        Assert.Contains(told, letter => letter.Change == WayInChange.RecoveryCodesRenewed);
        var id = await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromMinutes(5));
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(3));
        await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.FromMinutes(5));
        await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.FromDays(3));
        var next = $"{Guid.CreateVersion7():N}@example.test";
        var code = await thief.SubmitAsync(
            await thief.OpenAsync("/account/security/email"), "/account/security/email", ("email", next));
        await thief.SubmitAsync(code, "/email/code", ("code", (await fixture.LatestAsync<ConfirmEmailLetter>(next)).Code));
        var link = (await fixture.LatestAsync<EmailChangedLetter>(person.Email)).Link!;

        var owner = fixture.Host.NewBrowser();
        var choose = await owner.SubmitAsync(await owner.OpenAsync(link), "/email/undo");
        await owner.SubmitAsync(choose, "/password/reset", ("password", New));
        Assert.Equal((1, 0, 1), await fixture.Host.WithDatabaseAsync(async db => (
            await db.Passkeys.CountAsync(p => p.UserId == id), await db.RecoveryCodes.CountAsync(c => c.UserId == id),
            await db.UserLogins.CountAsync(l => l.UserId == id))));
        told = await fixture.AllAsync<WayInChangedLetter>(person.Email);
        Assert.Contains(told, letter => letter.Change == WayInChange.ProviderDisconnected);
        var again = enrolled with { Person = person with { Password = New } };
        var (at, asked) = await again.GivePasswordAsync();
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity, (await at.SubmitAsync(asked, "/signin/second-factor", ("code", codes[0]))).Status);
        await again.SignInAsync();
    }

    private Task ConfirmAsync(Person person, bool confirmed) => fixture.Host.WithDatabaseAsync(db =>
        db.Users.Where(u => u.Email == person.Email).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, confirmed)));
}

public sealed class LeftBehindOnSqlite(MailOnSqlite host) : LeftBehindTests(host), IClassFixture<MailOnSqlite>;

public sealed class LeftBehindOnPostgres(MailOnPostgres host) : LeftBehindTests(host), IClassFixture<MailOnPostgres>;
