using System.Net;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Accounts.ByMail;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>SECOND_FACTOR_EMAIL=people: a code by mail in the place of the one of the authenticator app.</summary>
public abstract class MailedFactorTests(ByMailFixture fixture)
{
    private const string Ask = "/signin/second-factor/email", Code = "/signin/second-factor/email/code";

    private ApiCaller Api => new(fixture.Issuer);

    [Fact]
    public async Task A_code_by_mail_completes_the_sign_in_once()
    {
        var person = await NewAsync();
        var (browser, step) = await person.GivePasswordAsync();
        var page = await browser.SubmitAsync(step, Ask);
        var letter = await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email);
        var wrong = await browser.SubmitAsync(page, Code, ("code", MailVisitor.OtherThan(letter.Code)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
        Assert.Equal("/", (await browser.SubmitAsync(wrong, Code, ("code", letter.Code))).Address.AbsolutePath);
        Assert.True(await MailVisitor.IsSignedInAsync(browser));
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s =>
            s.User!.Email == person.Person.Email && s.Amr == "pwd otp mca mfa" && s.Acr == "urn:authplatform:acr:2fa")));

        // The same code in another sign-in of the same person.
        var (other, again) = await person.GivePasswordAsync();
        var late = await other.SubmitAsync(await other.SubmitAsync(again, Ask), Code, ("code", letter.Code));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.False(await MailVisitor.IsSignedInAsync(other));
    }

    [Fact]
    public async Task After_a_code_by_mail_a_passkey_needs_the_app_all_the_same()
    {
        const string New = "/account/security/passkeys/new";
        var person = await NewAsync();
        var (browser, step) = await person.GivePasswordAsync();
        var page = await browser.SubmitAsync(step, Ask);
        var letter = await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email);
        Assert.Equal("/", (await browser.SubmitAsync(page, Code, ("code", letter.Code))).Address.AbsolutePath);
        var asked = await browser.OpenAsync(New);
        Assert.True(asked.HasForm("/signin/second-factor"), asked.ToString());
        Assert.False(asked.HasForm(Ask));
        var landed = await browser.SubmitAsync(asked, "/signin/second-factor", ("code", person.NextCode()));
        Assert.Equal(New, landed.Address.AbsolutePath);
        // The mail counts no more beside it.
        Assert.DoesNotContain("pwd otp mca mfa", await fixture.Host.WithDatabaseAsync(
            db => db.Sessions.Where(s => s.User!.Email == person.Person.Email).Select(s => s.Amr).ToListAsync()));
    }

    [Theory]
    [InlineData("a mail as the first factor")]
    [InlineData("an address that was never confirmed")]
    [InlineData("an admin")]
    [InlineData(AuditKinds.UserPasswordReset)]
    [InlineData(AuditKinds.UserPasswordChanged)]
    [InlineData("a new address")]
    public async Task It_is_not_offered_and_sends_no_mail_after(string what)
    {
        var person = await NewAsync();
        var email = person.Person.Email;
        var (browser, step) = await person.GivePasswordAsync();
        Assert.True(step.HasForm(Ask));
        await ApplyAsync(what, email);
        if (what == "a mail as the first factor")
        {
            (browser, step, var letter) = await new MailVisitor(fixture).AskAndReadAsync(email);
            step = await browser.SubmitAsync(step, MailVisitor.Code, ("code", letter.Code));
        }
        else step = await browser.OpenAsync("/signin/second-factor");

        Assert.True(step.HasForm("/signin/second-factor"), step.Body);
        Assert.False(step.HasForm(Ask));
        var mails = await fixture.CountAsync(email);
        await PostAsync(browser, step, Ask);
        Assert.Equal(mails, await fixture.CountAsync(email));
        var challenge = (await Api.LoginAsync(person.Person)).Text("challenge")!;
        if (what == "a mail as the first factor") return;
        (await Api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { challenge })))
            .Expect(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task It_is_no_second_factor_beside_a_provider_whose_account_may_be_the_mailbox()
    {
        var person = await NewAsync();
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var user = await scope.ServiceProvider.GetRequiredService<UserManager<User>>().FindByEmailAsync(person.Person.Email);
        var factor = scope.ServiceProvider.GetRequiredService<AuthServer.Users.SecondFactors.MailedFactor>();
        Assert.True(await factor.IsOfferedAsync(user!, ["pwd"], TestContext.Current.CancellationToken));
        Assert.False(await factor.IsOfferedAsync(user!, ["fed"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task After_a_new_password_the_app_makes_the_mail_a_second_factor_again()
    {
        var person = await NewAsync();
        await ApplyAsync(AuditKinds.UserPasswordReset, person.Person.Email);
        Assert.False((await person.GivePasswordAsync()).Page.HasForm(Ask));
        await person.SignInAsync();
        Assert.True((await person.GivePasswordAsync()).Page.HasForm(Ask));
    }

    [Fact]
    public async Task A_code_that_was_mailed_before_it_was_forbidden_counts_no_more()
    {
        var person = await NewAsync();
        var (browser, step) = await person.GivePasswordAsync();
        var page = await browser.SubmitAsync(step, Ask);
        var code = (await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email)).Code;
        await ApplyAsync("an admin", person.Person.Email);
        await browser.SubmitAsync(page, Code, ("code", code));
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task No_step_is_skipped_and_no_code_is_of_another_person_or_purpose()
    {
        var (owner, thief) = (await NewAsync(), await NewAsync());
        var (browser, step) = await thief.GivePasswordAsync();
        var page = await browser.SubmitAsync(step, Ask);
        var own = (await fixture.LatestAsync<SecondFactorCodeLetter>(thief.Person.Email)).Code;

        // The request of the thief's mail at the first step of the owner, whose password is known.
        var (victims, victim) = await owner.GivePasswordAsync();
        var victimPage = await victims.SubmitAsync(victim, Ask);
        await fixture.LatestAsync<SecondFactorCodeLetter>(owner.Person.Email);
        await victims.SubmitAsync(victimPage, Code, ("request", Field(page)), ("code", own));
        Assert.False(await MailVisitor.IsSignedInAsync(victims));

        // A code to sign in is none of the second step, and the reverse; without a first step there is no second.
        var (visitor, asked, letter) = await new MailVisitor(fixture).AskAndReadAsync(owner.Person.Email);
        await victims.SubmitAsync(victimPage, Code, ("request", Field(asked)), ("code", letter.Code));
        Assert.False(await MailVisitor.IsSignedInAsync(victims));
        await visitor.SubmitAsync(asked, MailVisitor.Code, ("request", Field(page)), ("code", own));
        Assert.False(await MailVisitor.IsSignedInAsync(visitor));
        var stranger = fixture.Host.NewBrowser();
        await PostAsync(stranger, await stranger.OpenAsync("/signin"), Code, ("request", Field(page)), ("code", own));
        Assert.False(await MailVisitor.IsSignedInAsync(stranger));
    }

    [Fact]
    public async Task Wrong_codes_slow_down_the_app_too()
    {
        var person = await NewAsync();
        var challenge = (await Api.LoginAsync(person.Person)).Text("challenge")!;
        var mailed = (await Api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { challenge }))).Text("challenge")!;
        var right = (await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email)).Code;
        for (var i = 0; i < 5; i++)
        {
            (await CompleteAsync(mailed, MailVisitor.OtherThan(right))).Expect(
                HttpStatusCode.Unauthorized, i < 4 ? "invalid-code" : "challenge-expired");
        }

        (await CompleteAsync(challenge, person.CodeAhead())).Expect(HttpStatusCode.TooManyRequests, "too-many-requests");
    }

    [Fact]
    public async Task An_app_asks_for_the_mail_with_its_challenge_and_of_eight_uses_at_once_one_opens_a_session()
    {
        var person = await NewAsync();
        var challenge = (await Api.LoginAsync(person.Person)).Text("challenge")!;
        (await Api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { challenge, email = person.Person.Email })))
            .Expect(HttpStatusCode.BadRequest, "invalid-request");
        (await Api.PostAsync("/v1/auth/email-code", """{"challenge":"x"}""")).Expect(HttpStatusCode.Unauthorized, "challenge-expired");
        var asked = await Api.PostAsync("/v1/auth/email-code", JsonSerializer.Serialize(new { challenge }));
        asked.Expect(HttpStatusCode.Accepted);
        // As long as the first step.
        Assert.InRange(asked.Json.GetProperty("expires_in").GetInt32(), 1, 600);
        var code = (await fixture.LatestAsync<SecondFactorCodeLetter>(person.Person.Email)).Code;
        (await CompleteAsync(challenge, code)).Expect(HttpStatusCode.Unauthorized, "invalid-code");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => CompleteAsync(asked.Text("challenge")!, code))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.Contains("urn:authplatform:acr:2fa", new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(
            answers.Single(a => a.Status == HttpStatusCode.OK).AccessToken).GetClaim("acr").Value, StringComparison.Ordinal);
    }

    private async Task<EnrolledPerson> NewAsync()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Person.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, true)));
        return person;
    }

    private async Task ApplyAsync(string what, string email)
    {
        if (what == "an admin")
        {
            await using var scope = fixture.Host.Services.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
            var user = (await users.FindByEmailAsync(email))!;
            var stamp = user.SecurityStamp;
            Assert.True((await users.AddToRoleAsync(user, "admin")).Succeeded);
            await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Id == user.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(u => u.SecurityStamp, stamp)));
            return;
        }

        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var user = await db.Users.SingleAsync(u => u.Email == email);
            var now = fixture.Host.Now.UtcDateTime;
            if (what == "an address that was never confirmed") user.EmailConfirmed = false;
            if (what is AuditKinds.UserPasswordReset or AuditKinds.UserPasswordChanged)
            {
                AuditTrail.Record(db, now, what, Caller.System, user.Id, user.Id);
            }

            if (what == "a new address")
            {
                db.Proofs.Add(new AccountProof
                {
                    Id = Guid.CreateVersion7(), Purpose = ProofPurpose.EmailUndo, UserId = user.Id, Email = "former@example.test",
                    CodeHash = new string('0', 64), LinkHash = new string('0', 64), CreatedAt = now, ExpiresAt = now.AddDays(7),
                });
            }

            return await db.SaveChangesAsync();
        });
    }

    private static string Field(Page page) => page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;

    private static async Task PostAsync(Browser browser, Page page, string path, params (string Name, string Value)[] fields)
    {
        var hidden = page.Document.QuerySelectorAll("input[type=hidden]")
            .Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value")!));
        using var form = new FormUrlEncodedContent(
            hidden.DistinctBy(field => field.Key).Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        await browser.FollowAsync(await browser.Http.PostAsync(path, form));
    }

    private Task<ApiAnswer> CompleteAsync(string challenge, string code) =>
        Api.PostAsync("/v1/auth/login", JsonSerializer.Serialize(new { challenge, code }));
}

public sealed class MailedFactorOnSqlite(ByMailOnSqlite host) : MailedFactorTests(host), IClassFixture<ByMailOnSqlite>;

public sealed class MailedFactorOnPostgres(ByMailOnPostgres host) : MailedFactorTests(host), IClassFixture<ByMailOnPostgres>;
