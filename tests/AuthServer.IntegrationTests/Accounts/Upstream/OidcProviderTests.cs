using System.Globalization;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.Upstream;

/// <summary>npm oidc-provider, a process of its own, and a server in this process that people sign in to with it.</summary>
public sealed class OidcProvider : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(
        ServerProcess.Root, "tests", "AuthServer.IntegrationTests", "Accounts", "Upstream", "oidc-provider");

    private readonly int _port = FreePorts.Next();
    private ChildProcess? _provider;

    public AuthServerHost Host { get; private set; } = null!;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    public async ValueTask InitializeAsync()
    {
        await ChildProcess.RunAsync("npm", "ci", "--no-audit", "--no-fund", "--prefix", Folder);
        _provider = ChildProcess.Start("node", [Path.Combine(Folder, "provider.mjs")], new Dictionary<string, string>
        {
            ["PORT"] = _port.ToString(CultureInfo.InvariantCulture),
            ["REDIRECT_URI"] = AuthServerHost.IssuerText + "/signin/with/npm",
        });
        Host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Settings = new Dictionary<string, string>
            {
                ["UPSTREAM_PROVIDERS"] = "npm",
                ["UPSTREAM_NPM_ISSUER"] = Address,
                ["UPSTREAM_NPM_CLIENT_ID"] = UpstreamServer.ClientId,
                ["UPSTREAM_NPM_CLIENT_SECRET"] = UpstreamServer.ClientSecret,
                ["UPSTREAM_NPM_TRUST_EMAIL"] = "true",
            },
        });
        await _provider.WaitUntilAsync("the provider listens", () => ChildProcess.ListensAsync(_port), TimeSpan.FromSeconds(60));
    }

    /// <summary>The browser of a person who is known there by this name, and signed in without a question.</summary>
    public Browser NewBrowserThere(string person)
    {
        var browser = new Browser(Issuer.At(new Uri(Address)));
        browser.Http.DefaultRequestHeaders.Add("X-Person", person);
        return browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        _provider?.Dispose();
    }
}

/// <summary>
/// People sign in with a provider that was written elsewhere: its ID tokens (RS256) have the subject, and userinfo all else, its answers
/// have <c>iss</c> (RFC 9207), and it says when a person signed in only where it is asked.
/// </summary>
public sealed class OidcProviderTests(OidcProvider provider) : IClassFixture<OidcProvider>
{
    [Fact]
    public async Task A_person_signs_up_and_in_and_proves_anew_who_they_are()
    {
        var (here, there) = (provider.Host.NewBrowser(), provider.NewBrowserThere("nell"));
        Assert.Equal("/", (await SignInAsync(here, there)).Address.AbsolutePath);
        var user = await provider.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == "nell@example.test"));
        Assert.Equal((true, "Nell", "Person"), (user.EmailConfirmed, user.FirstName, user.LastName));

        var elsewhere = provider.Host.NewBrowser();
        Assert.Equal("/", (await SignInAsync(elsewhere, there)).Address.AbsolutePath);
        Assert.Equal(2, await provider.Host.WithDatabaseAsync(db => db.Sessions.CountAsync(s => s.UserId == user.Id)));

        // Nobody knows when that was, so a page that changes a way in asks anew, and the provider then tells.
        const string NewPasskey = "/account/security/passkeys/new";
        var asked = await elsewhere.OpenAsync(NewPasskey);
        Assert.True(asked.HasForm("/signin/with"), asked.ToString());
        var landed = await SignInAsync(elsewhere, there, asked);
        Assert.Equal(NewPasskey, landed.Address.AbsolutePath);
    }

    [Fact]
    public async Task Who_says_no_there_is_not_signed_in_here()
    {
        var here = provider.Host.NewBrowser();
        var page = await SignInAsync(here, provider.NewBrowserThere("nobody"));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("You have not signed in with Npm", page.Body, StringComparison.Ordinal);
        Assert.Equal("/signin", (await here.OpenAsync("/account")).Address.AbsolutePath);
    }

    private static async Task<Page> SignInAsync(Browser here, Browser there, Page? page = null)
    {
        var answer = await there.OpenAsync((await UpstreamFixture.GoAsync(here, "npm", page)).AbsoluteUri);
        Assert.True(answer.LeftTo is not null, answer.ToString());
        return await here.OpenAsync(answer.LeftTo.PathAndQuery);
    }
}
