using System.Net;
using AuthServer.Users.SecondFactors;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A person with an account of their own and an authenticator app.</summary>
/// <param name="Secret">In base32, as the page showed it.</param>
public sealed record EnrolledPerson(HostFixture Fixture, Person Person, Browser Browser, string Secret, IReadOnlyList<string> RecoveryCodes)
{
    public const string SetUp = "/account/security/totp";

    /// <summary>A new account; the browser is signed in to it.</summary>
    public static async Task<(Person Person, Browser Browser)> RegisterAsync(HostFixture fixture)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        var person = new Person($"{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19");
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signup");
        var landed = await browser.SubmitAsync(page, "/signup", ("email", person.Email), ("password", person.Password));
        Assert.Equal(HttpStatusCode.OK, landed.Status);
        return (person, browser);
    }

    /// <summary>A new account with an app.</summary>
    public static async Task<EnrolledPerson> NewAsync(HostFixture fixture)
    {
        var (person, browser) = await RegisterAsync(fixture);
        // Where a server sends mail, an app is set up only with a confirmed address.
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == person.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, true)));
        return await EnrolAsync(fixture, person, browser, await browser.OpenAsync(SetUp));
    }

    /// <summary>Sets up an app at the page that is open.</summary>
    public static async Task<EnrolledPerson> EnrolAsync(HostFixture fixture, Person person, Browser browser, Page page)
    {
        ArgumentNullException.ThrowIfNull(fixture);
        ArgumentNullException.ThrowIfNull(browser);
        ArgumentNullException.ThrowIfNull(page);
        var secret = SecretOf(page);
        var action = page.Document.QuerySelector("input[name=key]")!.Closest("form")!.GetAttribute("action");
        var done = await browser.SubmitAsync(page, action, ("code", CodeOf(secret, fixture.Host.Now)));
        var codes = done.Document.QuerySelector("code")!.TextContent.Split('\n');
        Assert.Equal(10, codes.Length);
        return new(fixture, person, browser, secret, codes);
    }

    public static string SecretOf(Page page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Document.QuerySelector("code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
    }

    public static string CodeOf(string secret, DateTimeOffset time) => Totp.CodeOf(Base32.Decode(secret)!, Totp.StepAt(time));

    /// <summary>The code of a step that was not used yet: the server's clock moves on.</summary>
    public string NextCode()
    {
        Fixture.Time.Advance(TimeSpan.FromSeconds(Totp.Period));
        return CodeOf(Secret, Fixture.Host.Now);
    }

    /// <summary>The code of the step after this one, which counts already.</summary>
    public string CodeAhead() => CodeOf(Secret, Fixture.Host.Now.AddSeconds(Totp.Period));

    /// <summary>Gives the password in another browser.</summary>
    public async Task<(Browser Browser, Page Page)> GivePasswordAsync(Browser? browser = null, string? address = null)
    {
        browser ??= Fixture.Host.NewBrowser();
        var page = await browser.OpenAsync(address ?? "/signin");
        return (browser, await browser.SignInAsync(Person.Email, Person.Password, page: page));
    }

    /// <summary>Signs in with password and code, in another browser if none is named.</summary>
    public async Task<Browser> SignInAsync(Browser? browser = null)
    {
        var (at, page) = await GivePasswordAsync(browser);
        var landed = await at.SubmitAsync(page, "/signin/second-factor", ("code", NextCode()));
        Assert.Equal("/", landed.Address.AbsolutePath);
        return at;
    }
}
