using System.Net;
using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui.Emails;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;
using Authorization = AuthServer.Data.Entities.Authorization;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>What somebody who knew the password has left behind is seen at the reset, and goes with one press.</summary>
public abstract class AddedWaysTests(MailFixture fixture)
{
    private const string New = "Brass-Teapot-61-Moon", Reset = "/password/reset";

    private readonly Forgetful _forgetful = new(fixture);

    [Fact]
    public async Task The_page_lists_what_was_added_in_the_last_seven_days_and_a_press_removes_all_of_it_and_nothing_older()
    {
        var thief = await Intruder.SignInAsync(fixture);
        var id = await thief.IdAsync();
        await EnrolledPerson.EnrolAsync(fixture, thief.Person, thief.Browser, await thief.Browser.OpenAsync(EnrolledPerson.SetUp));
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(6));
        // That of the owner.
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(8));
        await AllowAsync(id);

        var owner = fixture.Host.NewBrowser();
        var page = await owner.OpenAsync(await _forgetful.LinkAsync(thief.Person.Email));
        var items = page.Document.QuerySelectorAll("section[aria-labelledby=added] li bdi").Select(li => li.TextContent).Order().ToList();
        Assert.Equal(["Access for Somebody else's directory", "An authenticator app", "The passkey Left behind"], items);
        Assert.Null(page.Document.QuerySelector("input[name=remove][checked]"));
        // The choice is kept beside a password that is refused.
        page = await owner.SubmitAsync(page, Reset, ("password", "short"), ("remove", "true"));
        Assert.NotNull(page.Document.QuerySelector("input[name=remove][checked]"));
        Assert.Equal((2, 1, 10, 1), await LeftAsync(id));
        await owner.SubmitAsync(page, Reset, ("password", New));
        Assert.Equal((1, 0, 0, 0), await LeftAsync(id));
        // The owner gets in, whom the app of the thief would have stopped.
        Assert.Equal("/", (await owner.SignInAsync(thief.Person.Email, New)).Address.AbsolutePath);
    }

    [Fact]
    public async Task Without_the_press_everything_stays_and_a_page_with_nothing_to_list_asks_nothing()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var page = await fixture.Host.NewBrowser().OpenAsync(await _forgetful.LinkAsync(person.Email));
        Assert.Null(page.Document.QuerySelector("input[name=remove]"));
        var id = await Ceremony.IdAsync(fixture, person.Email);
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(1));
        await _forgetful.ResetByLinkAsync(person.Email, New);
        Assert.Equal((1, 0, 0, 0), await LeftAsync(id));
    }

    [Fact]
    public async Task The_code_and_the_api_do_the_same()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var id = await Ceremony.IdAsync(fixture, person.Email);
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(1));
        var (browser, asked) = await _forgetful.AskAsync(person.Email);
        var letter = await fixture.LatestAsync<PasswordResetLetter>(person.Email);
        var page = await browser.SubmitAsync(asked, "/password/code", ("code", letter.Code));
        Assert.NotNull(page.Document.QuerySelector("input[name=remove]"));

        var api = new ApiClient(fixture.Issuer);
        var request = (await api.PostAsync("/v1/auth/password/forgotten", new { email = person.Email })).Text("request");
        var code = (await fixture.LatestAsync<PasswordResetLetter>(person.Email)).Code;
        (await api.PostAsync("/v1/auth/password/reset", new { request, code, password = New, remove_added = true }))
            .Expect(HttpStatusCode.NoContent);
        Assert.Equal((0, 0, 0, 0), await LeftAsync(id));
    }

    [Fact]
    public async Task The_mail_about_a_new_way_in_leads_to_a_new_password()
    {
        var thief = await Intruder.SignInAsync(fixture);
        await EnrolledPerson.EnrolAsync(fixture, thief.Person, thief.Browser, await thief.Browser.OpenAsync(EnrolledPerson.SetUp));
        var letter = await fixture.LatestAsync<WayInChangedLetter>(thief.Person.Email);
        Assert.Equal((WayInChange.AppAdded, fixture.Issuer.Text + "/password/forgotten"), (letter.Change, letter.ForgottenLink));
    }

    private Task<int> AllowAsync(Guid user) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var app = await db.Set<Client>().Where(a => a.ClientId == "directory").SingleAsync();
        db.Authorizations.Add(new Authorization
        {
            Id = Guid.CreateVersion7(), Application = app, Subject = user.ToString(), Status = Statuses.Valid,
            Type = AuthorizationTypes.Permanent, CreationDate = fixture.Time.GetUtcNow().UtcDateTime, Scopes = """["openid"]""",
        });
        return await db.SaveChangesAsync();
    });

    private Task<(int Passkeys, int Apps, int Codes, int Allowed)> LeftAsync(Guid user) => fixture.Host.WithDatabaseAsync(async db => (
        await db.Passkeys.CountAsync(p => p.UserId == user), await db.UserTokens.CountAsync(t => t.UserId == user),
        await db.RecoveryCodes.CountAsync(c => c.UserId == user),
        await db.Authorizations.CountAsync(a => a.Subject == user.ToString())));
}

public sealed class AddedWaysOnSqlite(MailOnSqlite fixture) : AddedWaysTests(fixture), IClassFixture<MailOnSqlite>;

public sealed class AddedWaysOnPostgres(MailOnPostgres fixture) : AddedWaysTests(fixture), IClassFixture<MailOnPostgres>;
