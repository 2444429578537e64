using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>A sign-in of another provider leads into an account only after proof of both.</summary>
public abstract class ConnectionTests(UpstreamFixture fixture)
{
    private const string Security = "/account/security";
    private const string Connect = Security + "/connect";
    private const string Disconnect = Security + "/disconnect";

    [Fact]
    public async Task Who_has_an_account_with_the_address_signs_in_to_it_and_then_connects()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        var app = Seed.Web(fixture.Issuer);
        var request = app.NewRequest("openid");
        var upstream = fixture.NewPerson(person.Email);
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(
            browser, fixture.Corp, "corp", upstream, await browser.OpenAsync(request.Address));
        Assert.Equal(person.Email, page.Document.QuerySelector("input[name=email]")!.GetAttribute("value"));

        var question = await browser.SubmitAsync(page, "/signin", ("password", person.Password));
        Assert.Equal("/signin/connect", question.Address.AbsolutePath);
        Assert.Empty(await LinksOfAsync(person.Email));
        var done = await browser.SubmitAsync(question, "/signin/connect", ("decision", "connect"));
        Assert.NotNull(AuthorizationAnswer.Read(request, done).Code);
        Assert.Single(await LinksOfAsync(person.Email));

        var elsewhere = fixture.Host.NewBrowser();
        Assert.Equal("/", (await UpstreamFixture.SignInAsync(elsewhere, fixture.Corp, "corp", upstream)).Address.AbsolutePath);
        var kinds = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents
            .Where(e => e.Kind == "upstream.connected" && db.Users.Any(u => u.Id == e.SubjectId && u.Email == person.Email))
            .Select(e => e.Detail).ToListAsync());
        Assert.Equal(["corp"], kinds);
    }

    [Fact]
    public async Task Not_now_connects_nothing_and_goes_on()
    {
        var (person, _) = await EnrolledPerson.RegisterAsync(fixture);
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", fixture.NewPerson(person.Email));
        var question = await browser.SubmitAsync(page, "/signin", ("password", person.Password));
        var done = await browser.SubmitAsync(question, "/signin/connect", ("decision", "skip"));
        Assert.Equal("/", done.Address.AbsolutePath);
        Assert.Empty(await LinksOfAsync(person.Email));
        Assert.Equal("/", (await browser.OpenAsync("/signin/connect")).Address.AbsolutePath);
    }

    [Fact]
    public async Task The_second_factor_of_the_account_comes_before_the_question_and_after_each_sign_in()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var upstream = fixture.NewPerson(person.Person.Email);
        var browser = fixture.Host.NewBrowser();
        var page = await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", upstream);
        page = await browser.SubmitAsync(page, "/signin", ("password", person.Person.Password));
        Assert.Equal("/signin/second-factor", page.Address.AbsolutePath);
        Assert.Equal("/signin", (await browser.OpenAsync("/signin/connect")).Address.AbsolutePath);
        page = await browser.SubmitAsync(page, "/signin/second-factor", ("code", person.NextCode()));
        page = await browser.SubmitAsync(page, "/signin/connect", ("decision", "connect"));
        Assert.Single(await LinksOfAsync(person.Person.Email));

        // What the provider says of factors is not believed.
        upstream["amr"] = new[] { "pwd", "mfa" };
        var elsewhere = fixture.Host.NewBrowser();
        page = await UpstreamFixture.SignInAsync(elsewhere, fixture.Corp, "corp", upstream);
        Assert.Equal("/signin/second-factor", page.Address.AbsolutePath);
        page = await elsewhere.SubmitAsync(page, "/signin/second-factor", ("code", person.NextCode()));
        Assert.Equal("/", page.Address.AbsolutePath);
        var amrs = await fixture.Host.WithDatabaseAsync(db => db.Sessions
            .Where(s => db.Users.Any(u => u.Id == s.UserId && u.Email == person.Person.Email)).Select(s => s.Amr).ToListAsync());
        Assert.Contains("fed otp mfa", amrs);
    }

    [Fact]
    public async Task A_sign_in_is_connected_and_disconnected_in_the_account()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var upstream = fixture.NewPerson();
        var request = await UpstreamFixture.GoAsync(browser, "shop", await browser.OpenAsync(Security), Connect);
        var done = await browser.OpenAsync(fixture.Shop.Approve(request, upstream));
        Assert.Equal(Security, done.Address.AbsolutePath);
        Assert.Contains("The sign-in is connected", done.Body, StringComparison.Ordinal);
        Assert.Contains((string)upstream["email"], done.Document.Body!.TextContent, StringComparison.Ordinal);

        var gone = await browser.SubmitAsync(done, Disconnect);
        Assert.Contains("not connected any more", gone.Body, StringComparison.Ordinal);
        Assert.Empty(await LinksOfAsync(person.Email));
    }

    [Fact]
    public async Task A_sign_in_of_another_account_is_not_moved_and_one_of_another_session_is_not_connected()
    {
        var upstream = fixture.NewPerson();
        await UpstreamFixture.SignInAsync(fixture.Host.NewBrowser(), fixture.Corp, "corp", upstream);
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var request = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(Security), Connect);
        var refused = await browser.OpenAsync(fixture.Corp.Approve(request, upstream));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Empty(await LinksOfAsync(person.Email));

        request = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(Security), Connect);
        var (other, _) = await EnrolledPerson.RegisterAsync(fixture);
        await browser.SignInAsync(other.Email, other.Password, page: await browser.OpenAsync("/signin?select=1"));
        await browser.OpenAsync(fixture.Corp.Approve(request, fixture.NewPerson()));
        Assert.Empty(await LinksOfAsync(person.Email));
        Assert.Empty(await LinksOfAsync(other.Email));
    }

    [Fact]
    public async Task Connecting_and_disconnecting_need_a_recent_sign_in()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var page = await browser.OpenAsync(Security);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var asked = await browser.SubmitAsync(page, Connect, ("provider", "corp"));
        Assert.Equal("/signin", asked.Address.AbsolutePath);
        Assert.Empty(await LinksOfAsync(person.Email));
    }

    [Fact]
    public async Task A_proof_that_has_become_old_at_the_provider_is_given_again_before_the_sign_in_is_connected()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var request = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(Security), Connect);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var page = await browser.OpenAsync(fixture.Corp.Approve(request, fixture.NewPerson()));
        Assert.Equal("/signin", page.Address.AbsolutePath);
        Assert.Empty(await LinksOfAsync(person.Email));
        page = await browser.SubmitAsync(page, "/signin", ("password", person.Password));
        Assert.Equal("/signin/connect", page.Address.AbsolutePath);
        Assert.Empty(await LinksOfAsync(person.Email));
        page = await browser.SubmitAsync(page, "/signin/connect", ("decision", "connect"));
        Assert.Equal(Security, page.Address.AbsolutePath);
        Assert.Single(await LinksOfAsync(person.Email));
    }

    [Fact]
    public async Task A_passkey_that_was_added_meanwhile_is_used_before_the_sign_in_is_connected()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var request = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(Security), Connect);
        using var device = await Ceremony.EnrolAsync(fixture, person.Email);
        var page = await browser.OpenAsync(fixture.Corp.Approve(request, fixture.NewPerson()));
        Assert.True(page.HasForm("/signin/second-factor/passkey"), page.ToString());
        Assert.Empty(await LinksOfAsync(person.Email));
    }

    [Fact]
    public async Task The_last_way_in_stays()
    {
        var upstream = fixture.NewPerson();
        var browser = fixture.Host.NewBrowser();
        await UpstreamFixture.SignInAsync(browser, fixture.Corp, "corp", upstream);
        var page = await browser.OpenAsync(Security);
        var refused = await browser.SubmitAsync(page, Disconnect);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Single(await LinksOfAsync((string)upstream["email"]));

        // Of two ways that are given up at once one stays.
        var request = await UpstreamFixture.GoAsync(browser, "shop", await browser.OpenAsync(Security), Connect);
        page = await browser.OpenAsync(fixture.Shop.Approve(request, fixture.NewPerson()));
        var ids = page.Document.QuerySelectorAll("input[name=id]").Select(input => input.GetAttribute("value")!).ToList();
        Assert.Equal(2, ids.Count);
        await Task.WhenAll(ids.Select(id => browser.SubmitAsync(page, Disconnect, ("id", id))));
        Assert.Single(await LinksOfAsync((string)upstream["email"]));
    }

    [Fact]
    public async Task A_passkey_and_a_connected_sign_in_replace_a_password_and_then_the_last_of_them_stays()
    {
        const string Removal = Security + "/password/remove", Passkey = Security + "/passkey";
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        var request = await UpstreamFixture.GoAsync(browser, "corp", await browser.OpenAsync(Security), Connect);
        await browser.OpenAsync(fixture.Corp.Approve(request, fixture.NewPerson()));
        Assert.False((await browser.OpenAsync(Removal)).HasForm(Removal));
        var key = Guid.CreateVersion7();
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            db.Passkeys.Add(new()
            {
                Id = key, UserId = (await db.Users.SingleAsync(u => u.Email == person.Email)).Id, CredentialId = key.ToByteArray(),
                PublicKey = [1], Name = "Phone", Transports = "", CreatedAt = fixture.Host.Now.UtcDateTime,
            });
            return await db.SaveChangesAsync();
        });
        // Where there is a passkey, a session that has used it changes the ways in.
        await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => db.Users.Any(u => u.Id == s.UserId && u.Email == person.Email))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.Acr, "urn:authplatform:acr:2fa").SetProperty(s => s.Amr, "pop mfa")));
        await browser.SubmitAsync(await browser.OpenAsync(Removal), Removal);
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == person.Email && u.PasswordHash == "!")));
        await browser.SubmitAsync(await browser.OpenAsync(Security), Disconnect);
        Assert.Empty(await LinksOfAsync(person.Email));
        var refused = await browser.SubmitAsync(await browser.OpenAsync($"{Passkey}?id={key}"), Passkey + "/remove");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        // What this server takes no more keeps nothing open.
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            db.UserLogins.Add(new()
            {
                UserId = (await db.Users.SingleAsync(u => u.Email == person.Email)).Id, LoginProvider = "https://former.example.test",
                ProviderKey = person.Email,
            });
            return await db.SaveChangesAsync();
        });
        refused = await browser.SubmitAsync(await browser.OpenAsync($"{Passkey}?id={key}"), Passkey + "/remove");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
    }

    private async Task<List<string>> LinksOfAsync(string email) => await fixture.Host.WithDatabaseAsync(
        db => db.UserLogins.Where(l => db.Users.Any(u => u.Id == l.UserId && u.Email == email)).Select(l => l.ProviderKey).ToListAsync());
}

public sealed class ConnectionsOnSqlite(UpstreamOnSqlite fixture) : ConnectionTests(fixture), IClassFixture<UpstreamOnSqlite>;

public sealed class ConnectionsOnPostgres(UpstreamOnPostgres fixture) : ConnectionTests(fixture), IClassFixture<UpstreamOnPostgres>;
