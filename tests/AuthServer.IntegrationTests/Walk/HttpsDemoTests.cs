using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Walk;

/// <summary>The demo under `--https`: a person who trusts the authority of this machine signs in through it.</summary>
public sealed class HttpsDemoTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"https-demo-{Guid.CreateVersion7():N}");

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_person_signs_in_through_the_demo_and_sees_the_tokens()
    {
        var (http, address) = (ServerProcess.FreeAddress(), new Uri(ServerProcess.FreeAddress("localhost").Replace(
            "http:", "https:", StringComparison.Ordinal)));
        await using var server = ServerProcess.Start(
            [("ASPNETCORE_ENVIRONMENT", "Development"), ("AUTHSERVER_DATA", _data)],
            "serve", "--https", "--urls", $"{address.GetLeftPart(UriPartial.Authority)};{http}");
        await server.ReadyAsync(http);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_data, "local-ca.pem"));
        var browser = new Browser(new Issuer(address, () => Trusting(authority)));

        var page = await browser.OpenAsync("/demo");
        page = await browser.SubmitAsync(page, "/demo");
        page = await browser.SignInAsync("alice@example.com", await PasswordAsync(server), page: page);
        if (page.HasForm("/consent")) page = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        Assert.Equal("/demo/callback", page.Address.AbsolutePath);
        page = await browser.SubmitAsync(page, "/demo/callback");
        Assert.Contains(address.GetLeftPart(UriPartial.Authority), page.Address.ToString(), StringComparison.Ordinal);
        Assert.Contains("alice@example.com", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    private static SocketsHttpHandler Trusting(X509Certificate2 authority) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true,
            },
        },
    };

    private static async Task<string> PasswordAsync(ServerProcess server)
    {
        Match Line() => Regex.Match(server.Output, @"^  alice@example\.com\s+(\S+)$", RegexOptions.Multiline);
        await Eventually.UntilAsync("the console names a password", () => Line().Success, () => server.Output);
        return Line().Groups[1].Value;
    }
}
