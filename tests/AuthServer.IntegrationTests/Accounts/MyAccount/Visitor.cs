using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>A person with an account of their own, signed in in a browser.</summary>
internal sealed record Visitor(AuthServerHost Host, Browser Browser, Person Person)
{
    public const string Password = "Orange-Kettle-19";

    public static readonly string[] Pages =
    [
        "/account", "/account/profile", "/account/security", "/account/security/password", "/account/sessions", "/account/apps",
        "/account/activity", "/account/data", "/account/data/delete",
    ];

    /// <summary>Signs up, which signs in.</summary>
    public static async Task<Visitor> NewAsync(AuthServerHost host, string firstName = "Vera", string? userAgent = null)
    {
        var browser = host.NewBrowser();
        if (userAgent is not null)
        {
            browser.Http.DefaultRequestHeaders.Remove("User-Agent");
            browser.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", userAgent);
        }

        var person = new Person($"visitor-{Guid.CreateVersion7():N}@example.test", Password);
        var landed = await browser.SubmitAsync(
            await browser.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", person.Password),
            ("first_name", firstName), ("last_name", "Visitor"));
        Assert.Equal("/", landed.Address.AbsolutePath);
        return new(host, browser, person);
    }

    /// <summary>The same person in another browser.</summary>
    public async Task<Browser> ElsewhereAsync()
    {
        var browser = Host.NewBrowser();
        await browser.SignInAsync(Person);
        return browser;
    }

    public async Task<Page> OpenAsync(string path)
    {
        var page = await Browser.OpenAsync(path);
        Assert.True(page.Status == HttpStatusCode.OK, page.ToString());
        return page;
    }

    public Task<Page> SignInAgainAsync(Page page) => Browser.SignInAsync(Person.Email, Person.Password, page: page);

    public static string TextOf(Page page) => page.Document.QuerySelector("main")!.TextContent;

    /// <summary>Whether the browser is still signed in.</summary>
    public static async Task<bool> IsInAsync(Browser browser) =>
        (await browser.OpenAsync("/account")).Address.AbsolutePath == "/account";
}
