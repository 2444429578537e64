using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>
/// Cookies ignore ports (RFC 6265 section 8.5): those of another program on the same host must not have the names of ours.
/// </summary>
public sealed class CookieNameTests
{
    [Theory]
    [InlineData("http://localhost:5080", "authplatform-")]
    [InlineData("https://auth.example.test", "__Host-authplatform-")]
    public async Task Every_cookie_of_the_pages_has_the_name_of_the_product(string issuer, string beginning)
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Settings = new Dictionary<string, string> { ["API_BASE_URL"] = issuer },
        });
        var browser = host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        await browser.OpenAsync(Seed.ThirdParty(host.Issuer).NewRequest("openid").Address);
        await browser.OpenAsync("/signup");
        var names = browser.Cookies.GetAllCookies().Select(cookie => cookie.Name).ToList();
        Assert.True(names.Count >= 2, string.Join(' ', names));
        Assert.All(names, name => Assert.StartsWith(beginning, name, StringComparison.Ordinal));
    }
}
