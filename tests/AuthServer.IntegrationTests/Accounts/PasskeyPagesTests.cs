using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>A person makes, names and removes passkeys; WebAuthn Level 3 section 7.1, registering a new credential.</summary>
public abstract class PasskeyPagesTests(HostFixture fixture)
{
    private const string Passkeys = "/account/security/passkeys";
    private const string New = Passkeys + "/new";
    private const string Security = "/account/security";

    [Fact]
    public async Task A_passkey_is_added_named_by_its_model_renamed_used_and_removed()
    {
        using var device = new SoftAuthenticator(fixture.Issuer) { Aaguid = new("bada5566-a7aa-401f-bd96-45619a55120d") };
        var (person, browser, page) = await OpenAsync();
        var added = await AddAsync(browser, page, device);
        Assert.Contains("Your passkey was added", added.Body, StringComparison.Ordinal);
        Assert.Contains("1Password", added.Body, StringComparison.Ordinal);
        Assert.Equal(Base64Url.EncodeToString(device.CredentialId), ToldTheBrowser(added));
        var row = await fixture.Host.WithDatabaseAsync(db => db.Passkeys.SingleAsync(p => p.CredentialId == device.CredentialId));
        Assert.Equal(("1Password", device.Aaguid, "internal"), (row.Name, row.Aaguid!.Value, row.Transports));

        var one = await browser.OpenAsync($"/account/security/passkey?id={row.Id:D}");
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await browser.SubmitAsync(one, "/account/security/passkey/name", ("name", new string('x', 101)))).Status);
        var named = await browser.SubmitAsync(one, "/account/security/passkey/name", ("name", "<b>Phone</b>"));
        Assert.Contains("<b>Phone</b>", named.Document.Body!.TextContent, StringComparison.Ordinal);

        await ProveAsync(browser, device, person);
        var removed = await browser.SubmitAsync(one, "/account/security/passkey/remove");
        Assert.Contains("The passkey was removed", removed.Body, StringComparison.Ordinal);
        Assert.Equal("", ToldTheBrowser(removed));
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.Id == row.Id)));
        var kinds = await fixture.Host.WithDatabaseAsync(
            db => db.AuditEvents.Where(e => e.Kind.StartsWith("passkey.") && e.SubjectId == row.UserId).Select(e => e.Kind).ToListAsync());
        Assert.Equal(["passkey.added", "passkey.removed"], kinds.Distinct().Order());
    }

    /// <summary>What signalAllAcceptedCredentials is called with (WebAuthn Level 3 section 5.1.10.2).</summary>
    private static string? ToldTheBrowser(Page page) =>
        page.Document.QuerySelector("[data-passkeys]")!.GetAttribute("data-credentials");

    [Fact]
    public async Task What_the_browser_or_the_authenticator_says_wrong_is_not_added()
    {
        var (_, browser, page) = await OpenAsync();
        foreach (var lie in new Action<SoftAuthenticator>[]
        {
            d => d.Origin = "https://evil.example", d => d.RelyingParty = "evil.example", d => d.VerifiesPerson = false,
            d => d.CrossOrigin = true,
        })
        {
            using var device = new SoftAuthenticator(fixture.Issuer);
            lie(device);
            var refused = await AddAsync(browser, page, device);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
            Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.CredentialId == device.CredentialId)));
        }
    }

    [Fact]
    public async Task A_challenge_is_good_for_one_passkey_of_one_person_in_one_browser()
    {
        using var device = new SoftAuthenticator(fixture.Issuer);
        var (person, browser, page) = await OpenAsync();
        var asked = await AskAsync(browser, page);
        var state = asked.GetProperty("state").GetString()!;
        var (_, other, stolen) = await OpenAsync();
        var credential = device.Create(asked.GetProperty("options"));
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await other.SubmitAsync(stolen, Passkeys, ("credential", credential), ("state", state))).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.SubmitAsync(page, Passkeys, ("credential", credential), ("state", state))).Status);
        using var second = new SoftAuthenticator(fixture.Issuer);
        await ProveAsync(browser, device, person);
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await browser.SubmitAsync(
                page, Passkeys, ("credential", second.Create(asked.GetProperty("options"))), ("state", state))).Status);

        // The same passkey once more, by another person.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AddAsync(other, stolen, device)).Status);
        // A challenge of the sign-in page is none here.
        var signIn = await browser.OpenAsync("/signin?prompt=login");
        var forSignIn = await AskAsync(browser, signIn, "/signin/passkey", "/signin/passkey/question");
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await browser.SubmitAsync(
                page, Passkeys, ("credential", second.Create(forSignIn.GetProperty("options"))),
                ("state", forSignIn.GetProperty("state").GetString()!))).Status);
    }

    [Fact]
    public async Task A_sign_in_of_long_ago_adds_and_removes_nothing()
    {
        using var device = new SoftAuthenticator(fixture.Issuer);
        var (_, browser, page) = await OpenAsync();
        var asked = await AskAsync(browser, page);
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        var late = await browser.SubmitAsync(
            page, Passkeys, ("credential", device.Create(asked.GetProperty("options"))),
            ("state", asked.GetProperty("state").GetString()!));
        Assert.StartsWith("/signin", late.Address.AbsolutePath, StringComparison.Ordinal);
        Assert.StartsWith("/signin", (await browser.OpenAsync(New)).Address.AbsolutePath, StringComparison.Ordinal);
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.CredentialId == device.CredentialId)));
    }

    [Fact]
    public async Task The_passkey_of_another_person_is_not_there_and_the_only_way_in_stays()
    {
        using var device = new SoftAuthenticator(fixture.Issuer);
        var (person, browser, page) = await OpenAsync();
        await AddAsync(browser, page, device);
        var row = await fixture.Host.WithDatabaseAsync(db => db.Passkeys.SingleAsync(p => p.CredentialId == device.CredentialId));
        var (_, other, _) = await OpenAsync();
        Assert.Equal(Security, (await other.OpenAsync($"/account/security/passkey?id={row.Id:D}")).Address.AbsolutePath);
        var one = await browser.OpenAsync($"/account/security/passkey?id={row.Id:D}");

        await ProveAsync(browser, device, person);
        var hash = await PasswordAsync(person, User.NoPassword);
        var kept = await browser.SubmitAsync(one, "/account/security/passkey/remove");
        await PasswordAsync(person, hash);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, kept.Status);
        Assert.Contains("only way into your account", kept.Body, StringComparison.Ordinal);
        Assert.True(await fixture.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.Id == row.Id)));
        await browser.SubmitAsync(one, "/account/security/passkey/remove");
        Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Passkeys.AnyAsync(p => p.Id == row.Id)));
    }

    private Task<string> PasswordAsync(Person person, string hash) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var before = await db.Users.Where(u => u.Email == person.Email).Select(u => u.PasswordHash!).SingleAsync();
        await db.Users.Where(u => u.Email == person.Email).ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, hash));
        return before;
    });

    private async Task<(Person Person, Browser Browser, Page Page)> OpenAsync()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(fixture);
        return (person, browser, await browser.OpenAsync(New));
    }

    /// <summary>The session has the passkey as its second factor from then on.</summary>
    private async Task ProveAsync(Browser browser, SoftAuthenticator device, Person person)
    {
        var step = await Ceremony.BeginAsync(browser, await browser.OpenAsync(New), "/signin/second-factor/passkey");
        Assert.Equal(New, (await step.UseAsync(fixture, device, person.Email)).Address.AbsolutePath);
    }

    private static async Task<Page> AddAsync(Browser browser, Page page, SoftAuthenticator device)
    {
        var asked = await AskAsync(browser, page);
        return await browser.SubmitAsync(
            page, Passkeys, ("credential", device.Create(asked.GetProperty("options"))),
            ("state", asked.GetProperty("state").GetString()!));
    }

    private static async Task<JsonElement> AskAsync(
        Browser browser, Page page, string form = Passkeys, string question = Passkeys + "/question")
    {
        var fields = page.Form(form)!.Elements.OfType<IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value));
        using var content = new FormUrlEncodedContent(fields);
        using var answer = await browser.Http.PostAsync(question, content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }
}

public sealed class PasskeyPagesOnSqlite(SqliteHost fixture) : PasskeyPagesTests(fixture), IClassFixture<SqliteHost>;

public sealed class PasskeyPagesOnPostgres(PostgresHost fixture) : PasskeyPagesTests(fixture), IClassFixture<PostgresHost>;
