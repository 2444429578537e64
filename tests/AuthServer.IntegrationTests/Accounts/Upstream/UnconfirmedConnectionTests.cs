using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>Where addresses are proven no sign-in is connected with an account whose address is not, at the start and at the end.</summary>
public abstract class UnconfirmedConnectionTests(UpstreamFixture fixture)
{
    private const string Security = "/account/security", Connect = Security + "/connect", Confirm = "/email/confirm";

    [Fact]
    public async Task The_address_is_confirmed_before_a_sign_in_is_connected_in_the_account()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        await SetAsync(person, confirmed: true);
        var request = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(Security), Connect);
        await SetAsync(person, confirmed: false);
        var page = await browser.OpenAsync(fixture.Corp.Approve(request, fixture.NewPerson()));
        Assert.Equal(Confirm, page.Address.AbsolutePath);
        Assert.Equal(0, await CountAsync(person));
        var start = await browser.SubmitAsync(await browser.OpenAsync(Security), Connect, ("provider", "corp"));
        Assert.Equal(Confirm, start.Address.AbsolutePath);

        await SetAsync(person, confirmed: true);
        page = await browser.OpenAsync("/signin/connect?returnUrl=" + Security);
        await browser.SubmitAsync(page, "/signin/connect", ("decision", "connect"));
        Assert.Equal(1, await CountAsync(person));
    }

    [Fact]
    public async Task And_before_the_question_after_a_sign_in_with_the_provider()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        await SetAsync(person, confirmed: false);
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", fixture.NewPerson(person.Email));
        page = await browser.SubmitAsync(page, "/signin", ("password", person.Password));
        Assert.Equal(Confirm, page.Address.AbsolutePath);
        Assert.Equal(0, await CountAsync(person));
    }

    private Task<int> SetAsync(Person person, bool confirmed) => fixture.Host.WithDatabaseAsync(db => db.Users
        .Where(u => u.Email == person.Email).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, confirmed)));

    private Task<int> CountAsync(Person person) => fixture.Host.WithDatabaseAsync(
        db => db.UserLogins.CountAsync(l => db.Users.Any(u => u.Id == l.UserId && u.Email == person.Email)));
}

/// <summary>The providers, on a server that sends mail.</summary>
public abstract class UpstreamWithMail(DatabaseKind kind) : UpstreamFixture(kind)
{
    protected override HostSetup Prepare(HostSetup setup)
    {
        var prepared = base.Prepare(setup);
        return prepared with
        {
            Settings = new Dictionary<string, string>(prepared.Settings)
            {
                ["SMTP_URL"] = "smtp://127.0.0.1:9?tls=none",
                ["EMAIL_FROM"] = "id@example.test",
            },
        };
    }
}

public sealed class UpstreamWithMailOnSqlite() : UpstreamWithMail(DatabaseKind.Sqlite);

public sealed class UpstreamWithMailOnPostgres() : UpstreamWithMail(DatabaseKind.Postgres);

public sealed class UnconfirmedConnectionsOnSqlite(UpstreamWithMailOnSqlite fixture)
    : UnconfirmedConnectionTests(fixture), IClassFixture<UpstreamWithMailOnSqlite>;

public sealed class UnconfirmedConnectionsOnPostgres(UpstreamWithMailOnPostgres fixture)
    : UnconfirmedConnectionTests(fixture), IClassFixture<UpstreamWithMailOnPostgres>;
