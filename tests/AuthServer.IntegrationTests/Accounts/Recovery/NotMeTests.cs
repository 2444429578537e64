using System.Net;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>"This wasn't me" in the mail about a sign-in on a new device.</summary>
public abstract class NotMeTests(MailFixture fixture)
{
    private const string New = "Brass-Teapot-61-Moon", Page = "/signin/not-me";

    [Fact]
    public async Task A_press_ends_the_sign_in_and_what_came_of_it_and_asks_for_a_new_password()
    {
        var thief = await Intruder.SignInAsync(fixture);
        var app = Seed.Spa(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await thief.Browser.AuthorizeAsync(app, "openid offline_access"));
        var thiefs = await EnrolledPerson.EnrolAsync(
            fixture, thief.Person, thief.Browser, await thief.Browser.OpenAsync(EnrolledPerson.SetUp));
        await fixture.LatestAsync<WayInChangedLetter>(thief.Person.Email);
        var id = await thief.IdAsync();
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.Zero);
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(1));
        await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.Zero);
        await Intruder.LeaveConnectionAsync(fixture, id, TimeSpan.FromDays(1));

        // Scanners of mails and previews come first.
        var owner = fixture.Host.NewBrowser();
        for (var i = 0; i < 3; i++) Assert.True((await owner.OpenAsync(thief.Link)).HasForm(Page));
        using var head = new HttpRequestMessage(HttpMethod.Head, thief.Link);
        using var seen = await fixture.Issuer.Http.SendAsync(head);
        Assert.True(await thief.IsInAsync());

        var code = await owner.SubmitAsync(await owner.OpenAsync(thief.Link), Page);
        // The mail may be a week old: the new password needs one of today.
        Assert.True(code.HasForm("/password/code"), code.ToString());
        Assert.False(await thief.IsInAsync());
        Assert.False((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        // Also before the new password is chosen.
        Assert.True((await fixture.Host.NewBrowser().SignInAsync(thief.Person)).HasForm("/signin"));
        var left = await fixture.Host.WithDatabaseAsync(async db => (
            Passkeys: await db.Passkeys.CountAsync(p => p.UserId == id), Apps: await db.UserTokens.CountAsync(t => t.UserId == id),
            Codes: await db.RecoveryCodes.CountAsync(c => c.UserId == id),
            Connections: await db.UserLogins.CountAsync(l => l.UserId == id)));
        Assert.Equal((1, 0, 0, 1), left);
        await ChooseAsync(owner, code, thief.Person);
        Assert.Equal("/", (await owner.SignInAsync(thief.Person.Email, New)).Address.AbsolutePath);
        Assert.Equal(HttpStatusCode.Gone, (await owner.OpenAsync(thief.Link)).Status);
        Assert.NotEmpty(thiefs.RecoveryCodes);
        Assert.Contains("user.sign_in_disowned", await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.Where(e => e.SubjectId == id).Select(e => e.Kind).ToListAsync()));
    }

    [Fact]
    public async Task A_browser_from_before_a_reset_is_a_new_one_and_the_owner_is_told_of_the_next_sign_in_there()
    {
        var thief = await Intruder.SignInAsync(fixture);
        await new Forgetful(fixture).ResetByLinkAsync(thief.Person.Email, New);
        // The password has come into the same hands again.
        await thief.Browser.SignInAsync(thief.Person.Email, New);
        Assert.True(await thief.IsInAsync());
        await fixture.LatestAsync<NewSignInLetter>(thief.Person.Email);
        // The page about the ways in knows of the reset.
        var card = (await thief.Browser.OpenAsync("/account/security")).Document.QuerySelector("[aria-labelledby=password-card] p")!;
        Assert.StartsWith("Changed", card.TextContent.Trim(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_browser_in_which_a_person_changes_their_password_stays_known()
    {
        var owner = await Intruder.SignInAsync(fixture);
        var page = await owner.Browser.OpenAsync("/account/security/password");
        await owner.Browser.SubmitAsync(
            page, "/account/security/password", ("current_password", owner.Person.Password), ("password", New));
        await owner.Browser.SubmitAsync(await owner.Browser.OpenAsync("/signout"), "/signout");
        await owner.Browser.SignInAsync(owner.Person.Email, New);
        Assert.Single(await fixture.AllAsync<NewSignInLetter>(owner.Person.Email));
    }

    [Fact]
    public async Task It_works_also_after_the_thief_has_changed_the_password_and_closed_the_account()
    {
        var thief = await Intruder.SignInAsync(fixture);
        var password = await thief.Browser.OpenAsync("/account/security/password");
        await thief.Browser.SubmitAsync(
            password, "/account/security/password", ("current_password", thief.Person.Password), ("password", "Thief-Owns-This-77!"));
        Assert.True(await thief.IsInAsync());
        var delete = await thief.Browser.OpenAsync("/account/data/delete");
        await thief.Browser.SubmitAsync(delete, "/account/data/delete", ("email", thief.Person.Email));
        var closed = await fixture.LatestAsync<AccountClosedLetter>(thief.Person.Email);
        Assert.Equal(fixture.Issuer.Text + "/password/forgotten", closed.ForgottenLink);

        var owner = fixture.Host.NewBrowser();
        await ChooseAsync(owner, await owner.SubmitAsync(await owner.OpenAsync(thief.Link), Page), thief.Person);
        var keep = await owner.SignInAsync(thief.Person.Email, New);
        Assert.True(keep.HasForm("/signin/keep"), keep.ToString());
        await owner.SubmitAsync(keep, "/signin/keep");
        await fixture.LatestAsync<AccountKeptLetter>(thief.Person.Email);
        Assert.Equal("/", (await owner.SignInAsync(thief.Person.Email, New)).Address.AbsolutePath);
    }

    [Fact]
    public async Task The_link_is_of_one_sign_in_of_one_account_and_for_nothing_else()
    {
        var (one, other) = (await Intruder.SignInAsync(fixture), await Intruder.SignInAsync(fixture));
        var (mine, theirs) = (one.Link.Split("token=")[1], other.Link.Split("token=")[1]);
        var browser = fixture.Host.NewBrowser();
        // The id of one session with the secret of another one, in front of and behind the border of both.
        foreach (var forged in new[] { mine[..21] + theirs[21..], mine[..22] + theirs[22..], mine[..^2] + "AA", "", "x" })
        {
            Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync($"{Page}?token={forged}")).Status);
        }

        foreach (var path in new[] { "/password/reset", "/email/undo", "/email/link", "/signup/confirm" })
        {
            Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync($"{path}?token={mine}")).Status);
        }

        var reset = await new Forgetful(fixture).LinkAsync(other.Person.Email);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync($"{Page}?token={reset.Split("token=")[1]}")).Status);
        // Pressed where somebody else is signed in: their session is not touched.
        await other.Browser.SubmitAsync(await other.Browser.OpenAsync(one.Link), Page);
        Assert.False(await one.IsInAsync());
        Assert.True(await other.IsInAsync());
    }

    [Fact]
    public async Task Of_eight_presses_at_once_one_succeeds()
    {
        var thief = await Intruder.SignInAsync(fixture);
        var pages = new List<(Browser Browser, Page Page)>();
        for (var i = 0; i < 8; i++)
        {
            var browser = fixture.Host.NewBrowser();
            pages.Add((browser, await browser.OpenAsync(thief.Link)));
        }

        var answers = await Task.WhenAll(pages.Select(p => p.Browser.SubmitAsync(p.Page, Page)));
        Assert.Equal((1, 7), (answers.Count(a => a.HasForm("/password/code")), answers.Count(a => a.Status == HttpStatusCode.Gone)));
    }

    [Fact]
    public async Task A_form_of_another_site_ends_nothing_and_links_come_from_the_issuer()
    {
        var thief = await Intruder.SignInAsync(fixture, host: "evil.example.test");
        Assert.StartsWith(fixture.Issuer.Text + Page + "?token=", thief.Link, StringComparison.Ordinal);
        using var forged = new FormUrlEncodedContent([new("token", thief.Link.Split("token=")[1])]);
        using var answer = await fixture.Issuer.Http.PostAsync(Page, forged);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.True(await thief.IsInAsync());
    }

    [Fact]
    public async Task It_ends_with_a_new_password_by_mail_with_another_address_and_after_a_week()
    {
        var (reset, moved, late) = (
            await Intruder.SignInAsync(fixture), await Intruder.SignInAsync(fixture), await Intruder.SignInAsync(fixture));
        await new Forgetful(fixture).ResetByLinkAsync(reset.Person.Email, New);
        await new Forgetful(fixture).ChangeAsync(moved.Person.Email, disable: false);
        var browser = fixture.Host.NewBrowser();
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(reset.Link)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(moved.Link)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.OpenAsync(late.Link)).Status);
        fixture.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(HttpStatusCode.Gone, (await browser.OpenAsync(late.Link)).Status);
    }

    private async Task ChooseAsync(Browser browser, Page page, Person person)
    {
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        var choose = await browser.SubmitAsync(page, "/password/code", ("code", letter.Code));
        await browser.SubmitAsync(choose, "/password/reset", ("password", New));
    }
}

public sealed class NotMeOnSqlite(MailOnSqlite host) : NotMeTests(host), IClassFixture<MailOnSqlite>;

public sealed class NotMeOnPostgres(MailOnPostgres host) : NotMeTests(host), IClassFixture<MailOnPostgres>;
