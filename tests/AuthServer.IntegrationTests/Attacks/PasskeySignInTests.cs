using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>WebAuthn Level 3 section 7.2, verifying an authentication assertion: what is not exactly right signs nobody in.</summary>
public abstract class PasskeySignInTests(HostFixture fixture)
{
    private const string Path = "/signin/passkey";

    [Fact]
    public async Task A_passkey_signs_in_without_address_and_password_and_the_session_says_how()
    {
        using var device = await EnrolAsync(Seed.Alice);
        var browser = fixture.Host.NewBrowser();
        var landed = await SignInAsync(browser, device, Seed.Alice);
        Assert.Equal(HttpStatusCode.OK, landed.Status);
        Assert.Contains(Seed.Alice.Email, landed.Document.Body!.TextContent, StringComparison.Ordinal);
        var session = await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.Amr == "pop user mfa").ToListAsync());
        Assert.Contains(session, s => s.Acr == "urn:authplatform:acr:2fa");
        var row = await fixture.Host.WithDatabaseAsync(db => db.Passkeys.SingleAsync(p => p.CredentialId == device.CredentialId));
        Assert.Equal((2L, true), (row.SignCount, row.LastUsedAt is not null));
    }

    [Fact]
    public async Task What_the_browser_or_the_authenticator_says_wrong_is_refused()
    {
        using var device = await EnrolAsync(Seed.Alice);
        await RefusedAsync(device, Seed.Alice, d => d.Origin = "https://evil.example");
        await RefusedAsync(device, Seed.Alice, d => d.Origin = fixture.Issuer.Origin + ".evil.example");
        await RefusedAsync(device, Seed.Alice, d => d.CrossOrigin = true);
        await RefusedAsync(device, Seed.Alice, d => d.RelyingParty = "evil.example");
        await RefusedAsync(device, Seed.Alice, d => d.VerifiesPerson = false);
        await RefusedAsync(device, Seed.Bob, d => d.Origin = fixture.Issuer.Origin);
        using var stranger = new SoftAuthenticator(fixture.Issuer);
        var unknown = await RefusedAsync(stranger, Seed.Alice, d => d.Count = 2);
        // The browser is told of a passkey that no account has, and of no other.
        Assert.NotNull(unknown.Document.QuerySelector("[data-unknown-passkey]"));
        Assert.Null((await RefusedAsync(device, Seed.Bob, _ => { })).Document.QuerySelector("[data-unknown-passkey]"));
    }

    [Fact]
    public async Task A_counter_that_goes_back_or_stands_is_refused_because_the_authenticator_may_be_copied()
    {
        using var device = await EnrolAsync(Seed.Alice);
        device.Count = 9;
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(fixture.Host.NewBrowser(), device, Seed.Alice, countOn: false)).Status);
        await RefusedAsync(device, Seed.Alice, d => d.Count = 8, countOn: false);
        await RefusedAsync(device, Seed.Alice, d => d.Count = 9, countOn: false);
    }

    [Fact]
    public async Task An_answer_counts_once_in_its_browser_and_its_time()
    {
        using var device = await EnrolAsync(Seed.Alice);
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signin");
        var asked = await AskAsync(browser, page);
        device.Count++;
        var credential = device.Get(asked.GetProperty("options"), await IdAsync(Seed.Alice));
        var state = asked.GetProperty("state").GetString()!;

        var other = fixture.Host.NewBrowser();
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await other.SubmitAsync(await other.OpenAsync("/signin"), Path, ("credential", credential), ("state", state))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(page, Path, ("credential", credential), ("state", state))).Status);
        page = await browser.OpenAsync("/signin?prompt=login");
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await browser.SubmitAsync(page, Path, ("credential", credential), ("state", state))).Status);

        asked = await AskAsync(browser, page);
        device.Count++;
        fixture.Time.Advance(TimeSpan.FromMinutes(7));
        var late = await browser.SubmitAsync(
            page, Path, ("credential", device.Get(asked.GetProperty("options"), await IdAsync(Seed.Alice))),
            ("state", asked.GetProperty("state").GetString()!));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, late.Status);
    }

    [Fact]
    public async Task A_disabled_account_and_nonsense_are_refused_alike()
    {
        using var device = await EnrolAsync(Seed.Bob);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == Seed.Bob.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.DisabledAt, DateTime.UnixEpoch)));
        var refused = await RefusedAsync(device, Seed.Bob, d => d.Count++);
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == Seed.Bob.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.DisabledAt, (DateTime?)null)));
        foreach (var nonsense in new[] { "", "{}", "null", "[]", "{\"id\":\"\u0001\"}", new string('x', 60_000) })
        {
            var browser = fixture.Host.NewBrowser();
            var page = await browser.OpenAsync("/signin");
            var state = (await AskAsync(browser, page)).GetProperty("state").GetString()!;
            var answer = await browser.SubmitAsync(page, Path, ("credential", nonsense), ("state", state));
            Assert.Equal((refused.Status, Message(refused)), (answer.Status, Message(answer)));
        }
    }

    [Fact]
    public async Task Another_site_gets_no_challenge()
    {
        using var forged = new FormUrlEncodedContent([new("returnUrl", "")]);
        using var answer = await fixture.Issuer.Http.PostAsync(Path + "/question", forged);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private async Task<Page> RefusedAsync(SoftAuthenticator device, Person claimed, Action<SoftAuthenticator> lie, bool countOn = true)
    {
        var before = (device.Origin, device.RelyingParty, device.CrossOrigin, device.VerifiesPerson);
        lie(device);
        var page = await SignInAsync(fixture.Host.NewBrowser(), device, claimed, countOn);
        (device.Origin, device.RelyingParty, device.CrossOrigin, device.VerifiesPerson) = before;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("This passkey was not accepted", page.Body, StringComparison.Ordinal);
        return page;
    }

    private async Task<Page> SignInAsync(Browser browser, SoftAuthenticator device, Person claimed, bool countOn = true)
    {
        var page = await browser.OpenAsync("/signin");
        var asked = await AskAsync(browser, page);
        if (countOn) device.Count++;
        return await browser.SubmitAsync(
            page, Path, ("credential", device.Get(asked.GetProperty("options"), await IdAsync(claimed))),
            ("state", asked.GetProperty("state").GetString()!));
    }

    private static async Task<JsonElement> AskAsync(Browser browser, Page page)
    {
        var fields = page.Form(Path)!.Elements.OfType<IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value));
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await browser.Http.PostAsync(Path + "/question", content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private async Task<SoftAuthenticator> EnrolAsync(Person person)
    {
        var device = new SoftAuthenticator(fixture.Issuer);
        var userId = await IdAsync(person);
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.Passkeys.Add(new Passkey
            {
                Id = Guid.CreateVersion7(), UserId = userId, CredentialId = device.CredentialId, PublicKey = device.PublicKey,
                Name = "Test", SignCount = device.Count, CreatedAt = fixture.Time.GetUtcNow().UtcDateTime,
            });
            return db.SaveChangesAsync();
        });
        return device;
    }

    private Task<Guid> IdAsync(Person person) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email).Select(u => u.Id).SingleAsync());

    private static string Message(Page page) => page.Document.QuerySelector("#notice")!.TextContent.Trim();
}

public sealed class PasskeySignInOnSqlite(SqliteHost fixture) : PasskeySignInTests(fixture), IClassFixture<SqliteHost>;

public sealed class PasskeySignInOnPostgres(PostgresHost fixture) : PasskeySignInTests(fixture), IClassFixture<PostgresHost>;
