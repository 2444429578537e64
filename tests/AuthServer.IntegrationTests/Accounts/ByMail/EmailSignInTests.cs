using System.Net;
using AuthServer.Audit;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Administration;
using AuthServer.Users.MyAccount;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Accounts.ByMail;

/// <summary>Sign-in by a code or a link from a mail, at the pages.</summary>
public abstract class EmailSignInTests(ByMailFixture fixture)
{
    private MailVisitor Visitor => new(fixture);

    [Fact]
    public async Task A_code_signs_a_person_in_in_the_middle_of_an_authorization_which_then_goes_on()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, app) = (fixture.Host.NewBrowser(), Seed.Spa(fixture.Issuer));
        var request = app.NewRequest("openid email");
        var (_, page) = await Visitor.AskAsync(person.Email.ToUpperInvariant(), browser, await browser.OpenAsync(request.Address));
        var code = (await fixture.LatestAsync<SignInCodeLetter>(person.Email)).Code;
        var arrived = await browser.SubmitAsync(page, MailVisitor.Code, ("code", $"{code[..3]} {code[3..]}"));
        if (arrived.HasForm("/consent")) arrived = await browser.SubmitAsync(arrived, "/consent", ("decision", "allow"));
        var tokens = await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, arrived));
        var token = tokens.IdToken;
        Assert.Equal("urn:authplatform:acr:1fa", token.GetClaim("acr").Value);
        Assert.Equal(["otp"], token.Claims.Where(c => c.Type == "amr").Select(c => c.Value));
    }

    [Fact]
    public async Task The_link_signs_in_after_a_press_in_the_browser_that_asked_and_goes_on_to_the_app()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, app) = (fixture.Host.NewBrowser(), Seed.Spa(fixture.Issuer));
        var request = app.NewRequest("openid");
        await Visitor.AskAsync(person.Email, browser, await browser.OpenAsync(request.Address));
        var link = (await fixture.LatestAsync<SignInCodeLetter>(person.Email)).Link!;
        // Scanners of mails come first, and several times.
        for (var i = 0; i < 3; i++) await fixture.Issuer.Http.GetAsync(link);
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
        var press = await browser.OpenAsync(link);
        Assert.Contains(person.Email, press.Document.Body!.TextContent, StringComparison.Ordinal);
        var arrived = await browser.SubmitAsync(press, MailVisitor.Link);
        if (arrived.HasForm("/consent")) arrived = await browser.SubmitAsync(arrived, "/consent", ("decision", "allow"));
        Assert.True((await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, arrived))).IsOk);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(link)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.SubmitAsync(press, MailVisitor.Link)).Status);
    }

    [Fact]
    public async Task In_another_browser_the_link_signs_nobody_in_and_leaves_the_code()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var other = fixture.Host.NewBrowser();
        // It asked for a mail, too.
        await Visitor.AskAsync((await fixture.NewPersonAsync()).Email, other);
        var shown = await other.OpenAsync(letter.Link!);
        Assert.Equal(HttpStatusCode.OK, shown.Status);
        Assert.False(shown.HasForm(MailVisitor.Link));
        Assert.DoesNotContain(letter.Code, shown.Body, StringComparison.Ordinal);
        var form = await other.OpenAsync("/signin");
        var token = form.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var forged = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", token), new("token", letter.Link!.Split("token=")[1])]);
        var answer = await other.FollowAsync(await other.Http.PostAsync(MailVisitor.Link, forged));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.False(await MailVisitor.IsSignedInAsync(other));
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
        await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.True(await MailVisitor.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task A_request_of_another_browser_is_worth_nothing_even_with_the_code()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (_, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var request = page.Document.QuerySelector("input[name=request]")!.GetAttribute("value")!;
        var (other, own) = await Visitor.AskAsync((await fixture.NewPersonAsync()).Email);
        var answer = await other.SubmitAsync(own, MailVisitor.Code, ("request", request), ("code", letter.Code));
        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.False(await MailVisitor.IsSignedInAsync(other));
    }

    [Fact]
    public async Task A_code_counts_once_and_ends_with_its_link_after_a_quarter_of_an_hour()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        fixture.Time.Advance(TimeSpan.FromMinutes(15));
        var late = await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(letter.Link!)).Status);

        (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.True(await MailVisitor.IsSignedInAsync(browser));
        var again = await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.NotEqual(HttpStatusCode.OK, again.Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(letter.Link!)).Status);
    }

    [Fact]
    public async Task What_was_set_up_before_the_address_was_proven_opens_the_account_no_more()
    {
        // A stranger has made the account with the address of somebody else, and is signed in to it.
        var person = await fixture.NewPersonAsync();
        var stranger = fixture.Host.NewBrowser();
        await stranger.SignInAsync(person);
        await stranger.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer));
        Assert.Equal(1, await ConsentsAsync(person.Email));
        var (browser, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var told = await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.Equal("/signin/email/proven", told.Address.AbsolutePath);
        Assert.True(await MailVisitor.IsSignedInAsync(browser));
        Assert.False(await MailVisitor.IsSignedInAsync(stranger));
        Assert.True((await fixture.Host.NewBrowser().SignInAsync(person)).HasForm("/signin"));
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == person.Email && u.EmailConfirmed)));
        Assert.Equal(0, await ConsentsAsync(person.Email));
    }

    [Fact]
    public async Task A_request_of_a_session_that_has_ended_meanwhile_changes_no_way_in()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var id = await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());
        // What a request has read before its body came: the session was there then.
        var stale = new AccountActor.Person(
            id, Guid.CreateVersion7(), IsAdmin: false, fixture.Host.Now.UtcDateTime, ClientId: null, Caller.System);
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        Assert.IsType<ChangeResult.Stale>(await services.GetRequiredService<OwnPassword>().ChangeAsync(
            stale, null, "Brass-Teapot-61-Moon", TestContext.Current.CancellationToken));
        Assert.Equal(PasswordRemovalResult.NotThere, await services.GetRequiredService<PasswordRemoval>().RemoveAsync(stale));
        Assert.IsType<DeletionResult.NotFound>(await services.GetRequiredService<OwnDeletion>().RequestAsync(stale));
        Assert.False((await fixture.Host.NewBrowser().SignInAsync(person)).HasForm("/signin"));
    }

    private Task<int> ConsentsAsync(string email) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var subject = await db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync();
        return await db.Authorizations.CountAsync(a => a.Subject == subject.ToString());
    });

    [Fact]
    public async Task Who_is_signed_in_to_the_account_keeps_its_password_when_a_mail_proves_the_address()
    {
        var person = await fixture.NewPersonAsync();
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        var (_, page) = await Visitor.AskAsync(person.Email, browser, await browser.OpenAsync("/signin?prompt=login"));
        var code = (await fixture.LatestAsync<SignInCodeLetter>(person.Email)).Code;
        Assert.Equal("/", (await browser.SubmitAsync(page, MailVisitor.Code, ("code", code))).Address.AbsolutePath);
        Assert.False((await fixture.Host.NewBrowser().SignInAsync(person)).HasForm("/signin"));
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_after_the_mail_and_not_taken_away_by_it()
    {
        var enrolled = await EnrolledPerson.NewAsync(fixture);
        // An admin has given the account another address.
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == enrolled.Person.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, false)));
        var (browser, page, letter) = await Visitor.AskAndReadAsync(enrolled.Person.Email);
        var second = await browser.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.True(second.HasForm("/signin/second-factor"), second.Body);
        Assert.False(await MailVisitor.IsSignedInAsync(browser));
        var landed = await browser.SubmitAsync(second, "/signin/second-factor", ("code", enrolled.NextCode()));
        Assert.Equal("/", landed.Address.AbsolutePath);
        var amr = await fixture.Host.WithDatabaseAsync(db => db.Sessions
            .Where(s => s.User!.Email == enrolled.Person.Email && s.Amr!.StartsWith("otp")).Select(s => s.Amr + " " + s.Acr).SingleAsync());
        Assert.Equal("otp mfa urn:authplatform:acr:2fa", amr);
        // The password that was there before the address was proven stays: the person has the second factor, too.
        Assert.True((await fixture.Host.NewBrowser().SignInAsync(enrolled.Person)).HasForm("/signin/second-factor"));
    }

    [Fact]
    public async Task Another_mail_is_one_press_away()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var (browser, page, _) = await Visitor.AskAndReadAsync(person.Email);
        var again = await browser.SubmitAsync(page, MailVisitor.Ask);
        var letter = await fixture.LatestAsync<SignInCodeLetter>(person.Email);
        await browser.SubmitAsync(again, MailVisitor.Code, ("code", letter.Code));
        Assert.True(await MailVisitor.IsSignedInAsync(browser));
    }

    [Fact]
    public async Task A_person_who_wants_the_account_deleted_keeps_it_by_a_mail()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        await browser.SubmitAsync(await browser.OpenAsync("/account/data/delete"), "/account/data/delete", ("email", person.Email));
        var (later, page, letter) = await Visitor.AskAndReadAsync(person.Email);
        var offer = await later.SubmitAsync(page, MailVisitor.Code, ("code", letter.Code));
        Assert.True(offer.HasForm("/signin/keep"), offer.Body);
        await later.SubmitAsync(offer, "/signin/keep");
        Assert.False(await MailVisitor.IsSignedInAsync(later));
        Assert.False((await fixture.Host.NewBrowser().SignInAsync(person)).HasForm("/signin"));
    }
}

public sealed class EmailSignInOnSqlite(ByMailOnSqlite host) : EmailSignInTests(host), IClassFixture<ByMailOnSqlite>;

public sealed class EmailSignInOnPostgres(ByMailOnPostgres host) : EmailSignInTests(host), IClassFixture<ByMailOnPostgres>;
