using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A database that does not speak TLS as DATABASE_URL asks for: the start says so in these words.</summary>
public sealed class DatabaseTlsTests : IDisposable
{
    // SSLRequest (PostgreSQL documentation, Message Formats): its length and a number; the server answers with one letter.
    private const int RequestLength = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public DatabaseTlsTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_server_without_tls_is_told_apart_from_one_that_is_away()
    {
        var server = AnswerAsync((byte)'N', null);
        Assert.Contains("offers no TLS (SSL), which sslmode asks for", await ErrorsAsync("require"), StringComparison.Ordinal);
        await server;
    }

    [Fact]
    public async Task A_certificate_that_does_not_verify_is_named()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=somebody.example", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var server = AnswerAsync((byte)'S', certificate);
        Assert.Contains(
            "the TLS certificate of the database cannot be verified", await ErrorsAsync("verify-full"), StringComparison.Ordinal);
        await server;
    }

    private async Task<string> ErrorsAsync(string mode)
    {
        var url = $"postgresql://app:hunter2@localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/app?sslmode={mode}";
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("DATABASE_URL", url), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
                ("API_BASE_URL", "https://id.example.com")], "--urls", ServerProcess.FreeAddress());
        Assert.Equal(69, exit);
        Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
        return errors;
    }

    private async Task AnswerAsync(byte letter, X509Certificate2? certificate)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        await stream.ReadExactlyAsync(new byte[RequestLength]);
        await stream.WriteAsync(new[] { letter });
        if (certificate is null) return;
        await using var tls = new SslStream(stream);
        // The client ends the handshake when it does not believe the certificate.
        await Record.ExceptionAsync(() => tls.AuthenticateAsServerAsync(certificate));
        await Record.ExceptionAsync(async () => await tls.ReadExactlyAsync(new byte[1]));
    }
}
