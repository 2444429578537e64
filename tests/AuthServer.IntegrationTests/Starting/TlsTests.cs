using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The server without a proxy: it ends the TLS itself.</summary>
[SuppressMessage("Security", "CA5398", Justification = "The versions are what is tested.")]
public sealed class TlsTests : IDisposable
{
    private const string Health = "/health/ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;
    private readonly TestChain _chain = new();
    private readonly string _http = ServerProcess.FreeAddress();
    private readonly Uri _https = new(ServerProcess.FreeAddress("localhost").Replace("http:", "https:", StringComparison.Ordinal));

    private string Data => Path.Combine(_folder, "data");

    private string ChainPath => Path.Combine(_folder, "chain.pem");

    private string KeyPath => Path.Combine(_folder, "key.pem");

    public void Dispose()
    {
        _chain.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_certificate_from_files_is_served_with_its_chain_by_TLS_1_3_alone()
    {
        Write(_chain.Issue(1));
        await using var server = Start(("API_BASE_URL", "https://id.example.com"));
        await server.ReadyAsync(_http);
        using var client = Client(_chain.Root);
        foreach (var version in new[] { HttpVersion.Version20, HttpVersion.Version11 })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_https, "/signin"))
            {
                Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var answer = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version));
            Assert.Equal("max-age=31536000", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        }
        await using (var connection = await ConnectAsync(SslProtocols.None)) Assert.Equal(SslProtocols.Tls13, connection.SslProtocol);
        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(SslProtocols.Tls12));
        Assert.DoesNotContain("TLS_", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_1_2_is_spoken_when_it_is_asked_for_and_warned_about()
    {
        Write(_chain.Issue(1));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await using var server = Start(("API_BASE_URL", "https://other.example.com"), ("TLS_MINIMUM", "1.2"));
        await server.ReadyAsync(_http);
        await using (var connection = await ConnectAsync(SslProtocols.Tls12)) Assert.Equal(SslProtocols.Tls12, connection.SslProtocol);
        await using (var connection = await ConnectAsync(SslProtocols.None)) Assert.Equal(SslProtocols.Tls13, connection.SslProtocol);
        Assert.Contains("Warning       TLS_MINIMUM is 1.2", server.Output, StringComparison.Ordinal);
        Assert.Contains("the certificate is not for other.example.com", server.Output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Contains("TLS_PRIVATE_KEY_FILE: every user of this machine can read it", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewed_certificate_is_used_without_a_restart_and_half_of_a_pair_is_not()
    {
        Write(_chain.Issue(1));
        await using var server = Start(("API_BASE_URL", $"https://localhost:{_https.Port}"));
        await server.ReadyAsync(_http);
        await using var open = await ConnectAsync(SslProtocols.None);
        await AskAsync(open);

        var (chain, privateKey) = _chain.Issue(2);
        await File.WriteAllTextAsync(ChainPath, chain);
        await Eventually.UntilAsync(
            "half of a pair is told of", () => server.Output.Contains("The former certificate stays", StringComparison.Ordinal));
        Assert.Equal("01", await SerialAsync());
        await AskAsync(open);

        await File.WriteAllTextAsync(KeyPath, privateKey);
        await Eventually.UntilAsync("the new certificate is shown", async () => await SerialAsync() == "02");
        // The connection that began with the former certificate goes on.
        await AskAsync(open);
        Assert.Equal(2, server.Output.Split("The former certificate stays").Length);
        Assert.Contains("the private key of the certificate in", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_https_address_without_a_certificate_is_refused_and_nothing_is_written()
    {
        var (exit, _, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", Data)], "--urls", _https.ToString());
        Assert.Equal(78, exit);
        Assert.Contains("ASPNETCORE_URLS: https://localhost:", errors, StringComparison.Ordinal);
        Assert.Contains("TLS_CERTIFICATE_FILE and TLS_PRIVATE_KEY_FILE", errors, StringComparison.Ordinal);
        Assert.Contains("--https", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task A_key_of_another_certificate_stops_the_start_and_nothing_is_written()
    {
        Write((_chain.Issue(1).Chain, _chain.Issue(2).PrivateKey));
        await using var server = Start();
        Assert.Equal(78, await server.ExitAsync());
        Assert.Contains("TLS_PRIVATE_KEY_FILE: ", server.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task One_word_makes_a_certificate_of_this_machine_once()
    {
        var first = await StartLocallyAsync();
        Assert.Equal(first, await StartLocallyAsync());
    }

    /// <summary>The authority's file after a whole start with `--https`.</summary>
    private async Task<string> StartLocallyAsync()
    {
        await using var server = ServerProcess.Start(
            [("AUTHSERVER_DATA", Data)], "serve", "--https", "--urls", $"{_https.GetLeftPart(UriPartial.Authority)};{_http}");
        await server.ReadyAsync(_http);
        Assert.Contains($"Issuer        https://localhost:{_https.Port}", server.Output, StringComparison.Ordinal);
        var path = Path.Combine(Data, "local-ca.pem");
        Assert.Contains(path, server.Output, StringComparison.Ordinal);
        using var authority = X509CertificateLoader.LoadCertificateFromFile(path);
        using var client = Client(authority);
        foreach (var host in new[] { "localhost", "127.0.0.1" })
        {
            using var answer = await client.GetAsync(new Uri($"https://{host}:{_https.Port}/.well-known/openid-configuration"));
            Assert.Contains($"\"https://localhost:{_https.Port}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
        }
        Assert.Equal(0, await server.StopAsync());
        return await File.ReadAllTextAsync(path);
    }

    private ServerProcess Start(params (string Key, string Value)[] environment) => ServerProcess.Start(
        [("AUTHSERVER_DATA", Data), ("TLS_CERTIFICATE_FILE", ChainPath), ("TLS_PRIVATE_KEY_FILE", KeyPath), .. environment],
        "--urls", $"{_https.GetLeftPart(UriPartial.Authority)};{_http}");

    private void Write((string Chain, string PrivateKey) pair)
    {
        File.WriteAllText(ChainPath, pair.Chain);
        File.WriteAllText(KeyPath, pair.PrivateKey);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>Trusts the root alone, so the intermediate certificate has to come from the server.</summary>
    private static X509ChainPolicy Trust(X509Certificate2 root) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { root },
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };

    private static HttpClient Client(X509Certificate2 root) =>
        new(new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = Trust(root) } }) { Timeout = Patience };

    private async Task<SslStream> ConnectAsync(SslProtocols protocols)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("localhost", _https.Port);
        var stream = new SslStream(tcp.GetStream());
        try
        {
            await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost", EnabledSslProtocols = protocols, CertificateChainPolicy = Trust(_chain.Root),
            });
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<string> SerialAsync()
    {
        await using var connection = await ConnectAsync(SslProtocols.None);
        return ((X509Certificate2)connection.RemoteCertificate!).SerialNumber;
    }

    /// <summary>One request of HTTP/1.1 that leaves the connection open.</summary>
    private static async Task AskAsync(SslStream connection)
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes($"GET {Health} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        var (buffer, text) = (new byte[4096], "");
        while (!text.EndsWith('}') && !text.EndsWith("0\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await connection.ReadAsync(buffer);
            Assert.NotEqual(0, read);
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }
        Assert.StartsWith("HTTP/1.1 200", text, StringComparison.Ordinal);
    }

}
