using System.Globalization;
using System.Net;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Seeding;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>
/// Who must give a second factor: by acr_values and the claims parameter (OpenID Connect Core 3.1.2.1 and 5.5.1.1, RFC 9470 section 5),
/// and by the registration of the client.
/// </summary>
public abstract class DemandTests(HostFixture fixture)
{
    private const string TwoFactors = "urn:authplatform:acr:2fa";
    private const string Page = "/signin/second-factor";
    private const string Essential = """{"id_token":{"acr":{"essential":true,"value":"urn:authplatform:acr:2fa"}}}""";

    private Issuer Issuer => fixture.Issuer;

    [Theory]
    [InlineData("acr_values", TwoFactors)]
    [InlineData("acr_values", "urn:example:loa3 " + TwoFactors)]
    [InlineData("claims", Essential)]
    public async Task A_person_who_is_signed_in_with_a_password_gives_the_code_when_it_is_asked_for(string parameter, string value)
    {
        var (person, browser) = await RememberedAsync();
        var app = Seed.Spa(Issuer);
        Assert.Equal("urn:authplatform:acr:1fa", (await AcrAsync(app, await browser.AuthorizeAsync(app))));
        Assert.Equal("login_required", (await browser.AuthorizeAsync(app, extra: [(parameter, value), ("prompt", "none")])).Error);
        var request = app.NewRequest("openid", [(parameter, value)]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm(Page));
        var landed = await browser.SubmitAsync(page, Page, ("code", person.NextCode()));
        var token = (await app.RedeemCodeAsync(AuthorizationAnswer.Read(request, landed))).IdToken;
        Assert.Equal(TwoFactors, token.GetClaim("acr").Value);
        // The code is no new sign-in: who has a browser and a phone, and no password, does not pass for one who has just signed in.
        Assert.True(long.Parse(token.GetClaim("auth_time").Value, CultureInfo.InvariantCulture) < fixture.Host.Now.ToUnixTimeSeconds());
        Assert.Equal(
            "login_required", (await browser.AuthorizeAsync(app, extra: [("max_age", "20"), ("prompt", "none")])).Error);
        // From now on it is in the session.
        Assert.Null((await browser.AuthorizeAsync(app, extra: [(parameter, value), ("prompt", "none")])).Error);
    }

    [Fact]
    public async Task Max_age_and_a_second_factor_are_met_by_one_password_and_one_code()
    {
        var (person, browser) = await RememberedAsync();
        var app = Seed.Spa(Issuer);
        var request = app.NewRequest("openid", [("acr_values", TwoFactors), ("max_age", "0")]);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm("/signin"));
        page = await browser.SignInAsync(person.Person.Email, person.Person.Password, page: page);
        Assert.True(page.HasForm(Page));
        var landed = await browser.SubmitAsync(page, Page, ("code", person.NextCode()));
        Assert.Equal(TwoFactors, await AcrAsync(app, AuthorizationAnswer.Read(request, landed)));
    }

    [Fact]
    public async Task Values_that_are_none_of_ours_or_that_a_password_meets_ask_for_nothing()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        foreach (var value in (string[])["urn:example:loa3", "urn:authplatform:acr:1fa", TwoFactors + " urn:authplatform:acr:1fa"])
        {
            Assert.Null((await browser.AuthorizeAsync(Seed.Spa(Issuer), extra: [("acr_values", value), ("prompt", "none")])).Error);
        }
    }

    [Fact]
    public async Task A_person_without_a_factor_sets_one_up_on_the_way_to_the_app()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var app = Seed.Spa(Issuer);
        var request = app.NewRequest("openid", [("acr_values", TwoFactors)]);
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm(Page + "/set-up"));
        var secret = EnrolledPerson.SecretOf(page);
        var done = await browser.SubmitAsync(
            page, Page + "/set-up", ("code", EnrolledPerson.CodeOf(secret, fixture.Host.Now)));
        var landed = await browser.OpenAsync(done.Document.QuerySelector("a.primary")!.GetAttribute("href")!);
        Assert.Equal(TwoFactors, await AcrAsync(app, AuthorizationAnswer.Read(request, landed)));
        Assert.NotNull(person);
    }

    [Fact]
    public async Task A_set_up_needs_a_recent_sign_in()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        foreach (var address in (string[])
            [EnrolledPerson.SetUp, Seed.Spa(Issuer).NewRequest("openid", [("acr_values", TwoFactors)]).Address])
        {
            var page = await browser.OpenAsync(address);
            Assert.True(page.HasForm("/signin"));
            Assert.NotNull(page.Document.QuerySelector("input[name=password]"));
        }

        // Nor does a post without a key get one.
        var session = fixture.Host.NewBrowser();
        session.Cookies.Add(browser.Cookies.GetAllCookies());
        using var forged = new FormUrlEncodedContent([new("step", await SessionOfAsync(person)), new("code", "000000")]);
        var refused = await session.FollowAsync(
            await session.Http.PostAsync(EnrolledPerson.SetUp, forged, TestContext.Current.CancellationToken));
        Assert.True(refused.HasForm("/signin"));
        Assert.Null(refused.Document.QuerySelector("input[name=key]"));

        var back = await browser.SignInAsync(
            person.Email, person.Password, page: await browser.OpenAsync(EnrolledPerson.SetUp));
        Assert.True(back.HasForm(EnrolledPerson.SetUp));
    }

    [Fact]
    public async Task A_client_that_is_registered_for_it_gets_nobody_with_less()
    {
        var app = await RegisterAsync();
        var (person, browser) = await RememberedAsync();
        Assert.Equal("login_required", (await browser.AuthorizeAsync(app, extra: [("prompt", "none")])).Error);
        var request = app.NewRequest("openid");
        var page = await browser.OpenAsync(request.Address);
        Assert.True(page.HasForm(Page));
        var landed = await browser.SubmitAsync(page, Page, ("code", person.NextCode()));
        Assert.Equal(TwoFactors, await AcrAsync(app, AuthorizationAnswer.Read(request, landed)));
        var login = new ApiCaller(Issuer);
        (await login.LoginAsync(Seed.Bob, new { client_id = app.ClientId }))
            .Expect(HttpStatusCode.Forbidden, "second-factor-enrolment-required");
        (await login.LoginAsync(person.Person, new { client_id = app.ClientId }))
            .Expect(HttpStatusCode.Unauthorized, "second-factor-required");
    }

    [Fact]
    public async Task A_remembered_device_is_not_asked_until_it_is_forgotten_the_password_changes_or_a_month_is_over()
    {
        var (person, browser) = await RememberedAsync();
        var card = await browser.OpenAsync(EnrolledPerson.SetUp);
        var device = Assert.Single(card.Document.QuerySelectorAll("input[name=device]")).GetAttribute("value")!;
        // Another person's hands on it change nothing.
        var other = await EnrolledPerson.NewAsync(fixture);
        var (_, foreign) = await RememberedAsync(other);
        var theirs = await foreign.OpenAsync(EnrolledPerson.SetUp);
        await foreign.SubmitAsync(theirs, EnrolledPerson.SetUp + "/devices", ("device", device));
        Assert.True(await IsSparedAsync(person, browser));

        await browser.SubmitAsync(card, EnrolledPerson.SetUp + "/devices", ("device", device));
        Assert.False(await IsSparedAsync(person, browser));

        (person, browser) = await RememberedAsync();
        fixture.Time.Advance(TimeSpan.FromDays(29));
        Assert.True(await IsSparedAsync(person, browser));
        fixture.Time.Advance(TimeSpan.FromDays(1.1));
        Assert.False(await IsSparedAsync(person, browser));

        (person, browser) = await RememberedAsync();
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Person.Email).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.SecurityStamp, "another"), TestContext.Current.CancellationToken));
        Assert.False(await IsSparedAsync(person, browser));
    }

    /// <summary>A person whose browser is spared the code: its session says that a password was given.</summary>
    private async Task<(EnrolledPerson Person, Browser Browser)> RememberedAsync(EnrolledPerson? person = null)
    {
        person ??= await EnrolledPerson.NewAsync(fixture);
        var (browser, page) = await person.GivePasswordAsync();
        await browser.SubmitAsync(page, Page, ("code", person.NextCode()), ("remember", "true"));
        Assert.True(await IsSparedAsync(person, browser));
        return (person, browser);
    }

    private static async Task<bool> IsSparedAsync(EnrolledPerson person, Browser browser)
    {
        var home = await browser.OpenAsync("/");
        if (home.HasForm("/signout")) await browser.SubmitAsync(home, "/signout");
        var (_, landed) = await person.GivePasswordAsync(browser);
        return landed.Address.AbsolutePath == "/";
    }

    private Task<string> SessionOfAsync(Person person) => fixture.Host.WithDatabaseAsync(async db => (await db.Sessions
        .SingleAsync(s => s.User!.Email == person.Email, TestContext.Current.CancellationToken)).Id.ToString("N"));

    private static async Task<string> AcrAsync(ClientApp app, AuthorizationAnswer answer) =>
        (await app.RedeemCodeAsync(answer)).IdToken.GetClaim("acr").Value;

    private async Task<ClientApp> RegisterAsync()
    {
        var app = new ClientApp(Issuer, $"bank-{Guid.CreateVersion7():N}", null, "https://bank.example.test/cb");
        var file = $$"""
            { "clients": [{ "client_id": "{{app.ClientId}}", "token_endpoint_auth_method": "none", "redirect_uris": ["{{app.RedirectUri}}"],
              "grant_types": ["authorization_code", "refresh_token", "urn:authplatform:params:oauth:grant-type:login"],
              "scope": "openid offline_access", "first_party": true, "trusted": true, "require_second_factor": true }] }
            """;
        await using var services = fixture.Host.Services.CreateAsyncScope();
        Assert.IsType<SeedOutcome.Applied>(await services.ServiceProvider.GetRequiredService<SeedRun>()
            .ApplyAsync(Encoding.UTF8.GetBytes(file), SeedRequest.Usual, default));
        return app;
    }
}

public sealed class DemandOnSqliteTests(SqliteHost fixture) : DemandTests(fixture), IClassFixture<SqliteHost>;

public sealed class DemandOnPostgresTests(PostgresHost fixture) : DemandTests(fixture), IClassFixture<PostgresHost>;
