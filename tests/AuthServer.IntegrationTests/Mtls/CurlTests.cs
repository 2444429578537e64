using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Proxies;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Mtls;

/// <summary>curl with a client certificate, at a listener of the server itself and through an nginx as docs/mtls.md has it.</summary>
public sealed class CurlTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("curl").FullName;
    private readonly TestChain _chain = new();
    private readonly ClientAuthority _authority = new("Clients' root");
    private readonly int _plainPort = FreePorts.Next(), _mtlsPort = FreePorts.Next(), _proxyPort = FreePorts.Next();
    private readonly string _http = ServerProcess.FreeAddress();

    private ServerProcess _server = null!;
    private Nginx _nginx = null!;

    public async ValueTask InitializeAsync()
    {
        var (chain, privateKey) = _chain.Issue(1);
        Write("server.pem", chain);
        Write("server.key", privateKey);
        Write("root.pem", _chain.Root.ExportCertificatePem());
        Write("ca.pem", _authority.Pem);
        using (var certificate = _authority.Issue(new("CN=curl")))
        {
            Write("client.pem", certificate.ExportCertificatePem());
            Write("client.key", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        var client = MtlsFixture.With(MtlsFixture.Client("curl", "tls_client_auth"), "tls_client_auth_subject_dn", "CN=curl");
        Write("seed.json", new JsonObject { ["clients"] = new JsonArray(client) }.ToJsonString());
        _server = ServerProcess.Start(
            [
                ("AUTHSERVER_DATA", At("data")), ("AUTHSERVER_SEED", At("seed.json")), ("API_BASE_URL", $"https://localhost:{_plainPort}"),
                ("TLS_CERTIFICATE_FILE", At("server.pem")), ("TLS_PRIVATE_KEY_FILE", At("server.key")),
                ("MTLS_BASE_URL", $"https://localhost:{_mtlsPort}"), ("MTLS_URLS", $"https://localhost:{_mtlsPort}"),
                ("MTLS_CA_FILE", At("ca.pem")), ("MTLS_PROXY_HEADER", "Client-Cert"), ("TRUSTED_PROXIES", "127.0.0.1"),
                ("OVERLOAD_QUEUE_MILLISECONDS", "0"),
            ],
            "--urls", $"https://localhost:{_plainPort};{_http}");
        await _server.ReadyAsync(_http);
        _nginx = await Nginx.StartAsync(Configuration(), _proxyPort, (chain, privateKey));
    }

    public async ValueTask DisposeAsync()
    {
        _nginx?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _chain.Dispose();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_certificate_counts_where_it_is_asked_for_and_only_when_it_is_shown()
    {
        foreach (var port in new[] { _mtlsPort, _proxyPort })
        {
            var answer = await CurlAsync(port, "--cert", At("client.pem"), "--key", At("client.key"));
            Assert.True(answer.Contains("\"access_token\"", StringComparison.Ordinal), $"{port}: {answer}\n{_server.Output}");
            Assert.Contains("invalid_client", await CurlAsync(port), StringComparison.Ordinal);
        }

        // The certificate alone, without its key: anybody may have it. The proxy writes its own word over it.
        var copied = Uri.EscapeDataString(await File.ReadAllTextAsync(At("client.pem"), TestContext.Current.CancellationToken));
        Assert.Contains("invalid_client", await CurlAsync(_proxyPort, "-H", $"Client-Cert: {copied}"), StringComparison.Ordinal);
        // Browsers come here: nobody is asked.
        Assert.Contains(
            "invalid_client", await CurlAsync(_plainPort, "--cert", At("client.pem"), "--key", At("client.key")), StringComparison.Ordinal);
    }

    private async Task<string> CurlAsync(int port, params string[] arguments)
    {
        using var curl = ChildProcess.Start(
            ChildProcess.Find("curl"),
            [
                "-s", "-S", "--cacert", At("root.pem"), $"https://localhost:{port}/connect/token", "-d", "grant_type=client_credentials",
                "-d", "client_id=curl", .. arguments,
            ]);
        await curl.WaitForExitAsync(TimeSpan.FromSeconds(60));
        return curl.Output;
    }

    private string Configuration()
    {
        var document = File.ReadAllText(Path.Combine(ServerProcess.Root, "docs", "mtls.md"));
        var block = Regex.Match(document, "```nginx\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        return Change(
            Change(Change(Change(block, "listen 443 ssl;", $"listen 127.0.0.1:{_proxyPort} ssl;"), "http://authserver", _http),
                "/etc/ssl/mtls.id.example.com.pem", "{folder}/cert.pem"), "/etc/ssl/mtls.id.example.com.key", "{folder}/key.pem");
    }

    private static string Change(string text, string from, string to)
    {
        Assert.Contains(from, text, StringComparison.Ordinal);
        return text.Replace(from, to, StringComparison.Ordinal);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void Write(string name, string text)
    {
        File.WriteAllText(At(name), text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
