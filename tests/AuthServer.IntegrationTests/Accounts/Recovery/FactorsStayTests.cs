using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>
/// SECOND_FACTOR=all: a mail alone takes no factor away where no older one would be left, because the mailbox alone would then be enough.
/// </summary>
public abstract class FactorsStayTests(DemandingMail fixture)
{
    private const string New = "Brass-Teapot-61-Moon", Reset = "/password/reset", SetUp = "/signin/second-factor/set-up";

    [Fact]
    public async Task A_factor_that_is_the_only_one_stays_and_the_page_says_so()
    {
        var (email, id) = await NewAsync();
        var (browser, page) = await OpenAsync(email);
        Assert.True(SaysThatFactorsStay(page));
        await RemoveAsync(browser, page);
        Assert.Equal((1, 10), await LeftAsync(id));
        // The code is asked for, as before.
        Assert.True((await fixture.Host.NewBrowser().SignInAsync(email, New)).HasForm("/signin/second-factor"));
    }

    [Fact]
    public async Task Beside_an_older_passkey_the_app_of_the_thief_goes()
    {
        var (email, id) = await NewAsync();
        await Intruder.LeavePasskeyAsync(fixture, id, TimeSpan.FromDays(9));
        var (browser, page) = await OpenAsync(email);
        Assert.False(SaysThatFactorsStay(page));
        await RemoveAsync(browser, page);
        Assert.Equal((0, 0), await LeftAsync(id));
        Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.Passkeys.CountAsync(p => p.UserId == id)));
    }

    private static bool SaysThatFactorsStay(Page page) =>
        page.Document.QuerySelector("section[aria-labelledby=added]")!.TextContent.Contains(
            "stay, because this server wants a second factor", StringComparison.Ordinal);

    private async Task<(Browser Browser, Page Page)> OpenAsync(string email)
    {
        var browser = fixture.Host.NewBrowser();
        return (browser, await browser.OpenAsync(await new Forgetful(fixture).LinkAsync(email)));
    }

    private static async Task RemoveAsync(Browser browser, Page page) => Assert.Equal(
        HttpStatusCode.OK, (await browser.SubmitAsync(page, Reset, ("password", New), ("remove", "true"))).Status);

    /// <summary>A person whose app was set up a moment ago.</summary>
    private async Task<(string Email, Guid Id)> NewAsync()
    {
        var person = await fixture.NewPersonAsync(confirmed: true);
        var browser = fixture.Host.NewBrowser();
        var page = await browser.SignInAsync(person);
        Assert.True(page.HasForm(SetUp), page.ToString());
        await EnrolledPerson.EnrolAsync(fixture, person, browser, page);
        return (person.Email, await Ceremony.IdAsync(fixture, person.Email));
    }

    private Task<(int Apps, int Codes)> LeftAsync(Guid user) => fixture.Host.WithDatabaseAsync(async db => (
        await db.UserTokens.CountAsync(t => t.UserId == user), await db.RecoveryCodes.CountAsync(c => c.UserId == user)));
}

/// <summary>A server that wants a second factor of everybody.</summary>
public abstract class DemandingMail(DatabaseKind kind) : MailFixture(kind)
{
    protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string> { ["SECOND_FACTOR"] = "all" };
}

public sealed class DemandingMailOnSqlite() : DemandingMail(DatabaseKind.Sqlite);

public sealed class DemandingMailOnPostgres() : DemandingMail(DatabaseKind.Postgres);

public sealed class FactorsStayOnSqlite(DemandingMailOnSqlite fixture) : FactorsStayTests(fixture), IClassFixture<DemandingMailOnSqlite>;

public sealed class FactorsStayOnPostgres(DemandingMailOnPostgres fixture)
    : FactorsStayTests(fixture), IClassFixture<DemandingMailOnPostgres>;
