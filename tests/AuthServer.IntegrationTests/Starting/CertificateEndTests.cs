using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A certificate near its end: a running server says so in its log, once for each step.</summary>
public sealed class CertificateEndTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("end").FullName;
    private readonly TestAuthority _authority = new("authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Thirty_days_are_a_warning_and_seven_an_error()
    {
        var (chain, key) = Write(days: 20);
        var http = ServerProcess.FreeAddress();
        var https = ServerProcess.FreeAddress("localhost").Replace("http:", "https:", StringComparison.Ordinal);
        await using var server = ServerProcess.Start(
            [("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("TLS_CERTIFICATE_FILE", chain),
                ("TLS_PRIVATE_KEY_FILE", key), ("API_BASE_URL", https)], "--urls", $"{https};{http}");
        await server.ReadyAsync(http);
        await LineAsync(server, "warn:", "20 days from now: renew it");
        Write(days: 5);
        await LineAsync(server, "fail:", "5 days from now: renew it");
        Assert.Single(server.Output.Split('\n'), l => l.Contains("20 days from now", StringComparison.Ordinal));
    }

    private (string Certificate, string PrivateKey) Write(int days) =>
        TestAuthority.Write(_folder, "server", _authority.Issue("server", ["localhost"], days + 0.1));

    private static Task LineAsync(ServerProcess server, string level, string text) => Eventually.UntilAsync(
        $"it says {text}", () => server.Output.Split('\n')
            .Any(l => l.Contains(level, StringComparison.Ordinal) && l.Contains(text, StringComparison.Ordinal)), () => server.Output);
}
