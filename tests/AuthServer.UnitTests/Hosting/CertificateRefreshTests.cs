using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Hosting.Certificates;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Hosting;

/// <summary>A certificate that nobody renews: CertificateEndTests has the server that follows a renewed one.</summary>
public sealed class CertificateRefreshTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly LogLines<CertificateRefresh> _log = new();

    [Fact]
    public void Thirty_days_before_its_end_and_seven_and_at_the_end_one_line_each_says_so()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            Start.AddDays(-50), Start.AddDays(40));
        var time = new FakeTimeProvider(Start);
        // No files: a certificate whose renewal fails is the one in use.
        var current = new CurrentCertificate(
            new("none", "none"), new(leaf, SslStreamCertificateContext.Create(leaf, null, offline: true), Digest: ""), local: null);
        using var refresh = new CertificateRefresh(current, time, _log);
        for (var day = 0; day < 50; day++)
        {
            refresh.Follow();
            refresh.Follow();
            time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal([LogLevel.Warning, LogLevel.Error, LogLevel.Error], _log.Levels.Select(l => l.Level));
        Assert.Contains("30 days from now: renew it", _log.Levels[0].Text, StringComparison.Ordinal);
        Assert.Contains("7 days from now: renew it", _log.Levels[1].Text, StringComparison.Ordinal);
        Assert.Contains("TLS_CERTIFICATE_FILE has expired at 2027-01-08", _log.Levels[2].Text, StringComparison.Ordinal);
    }
}
