using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>docker/conformance/seed.json registers the static clients of the suite, and a person with every claim of the scopes.</summary>
public sealed class SuiteSeedTests
{
    private const string Callback = "https://localhost.emobix.co.uk:8443/test/a/authplatform/callback";

    [Theory]
    [InlineData("conformance-one", "conformance-one-secret-7Qw2Zr9Lx4Vt6Nb8Hj3Kp5Md")]
    [InlineData("conformance-two", "conformance-two-secret-3Hs8Yt5Bk7Wc2Pf9Rm4Xv6Jn")]
    public async Task A_person_of_the_seed_signs_in_to_a_client_of_the_suite(string clientId, string secret)
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            SeedFile = Path.Combine(ServerProcess.Root, "docker", "conformance", "seed.json"),
        });
        var browser = host.NewBrowser();
        await browser.SignInAsync("conformance@example.com", "Quiet-River-31-Lamp");
        var app = new ClientApp(host.Issuer, clientId, secret, Callback);
        var tokens = await browser.SignInAsync(app, "openid profile email address phone offline_access");
        Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        var info = await app.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(20, info.Json.EnumerateObject().Count());
    }
}
