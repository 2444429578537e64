using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Doctor;

/// <summary>`AuthServer doctor` about the certificate of the https addresses.</summary>
public sealed class CertificateDoctorTests : IDisposable
{
    private static readonly string[] Host = ["id.example.com"];

    private readonly string _folder = Directory.CreateTempSubdirectory("doctor-tls-").FullName;
    private readonly TestAuthority _authority = new("authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(90, "ok", "days from now")]
    [InlineData(29, "warning", "29 days from now")]
    [InlineData(6, "wrong", "6 days from now")]
    public async Task The_days_that_are_left_are_told(int days, string verdict, string what)
    {
        var run = await RunAsync(_authority.Issue("server", Host, days + 0.1));
        run.Has("Certificate", verdict, "TLS_CERTIFICATE_FILE is valid until");
        run.Has("Certificate", verdict, what);
        run.Has("Certificate", "ok", "it is for id.example.com, the host of the issuer");
        // Its root is not in the file, nor on this machine.
        run.Has("Certificate", "warning", "its chain is not whole");
    }

    [Fact]
    public async Task An_expired_one_another_name_another_key_and_an_open_key_are_told()
    {
        (await RunAsync(_authority.Issue("server", Host, -1))).Has("Certificate", "wrong", "has expired at");
        (await RunAsync(_authority.Issue("server", ["other.example.com"]))).Has("Certificate", "wrong", "it is not for id.example.com");
        var (one, two) = (_authority.Issue("server", Host), _authority.Issue("server", Host));
        (await RunAsync((one.Certificate, two.PrivateKey))).Has("Certificate", "wrong", "is not the private key of the certificate");
        if (!OperatingSystem.IsWindows())
            (await RunAsync(one, UnixFileMode.OtherRead)).Has("Certificate", "wrong", "every user of this machine can read it");
    }

    private Task<DoctorRun> RunAsync((string Certificate, string PrivateKey) pair, UnixFileMode further = UnixFileMode.None)
    {
        var (chain, key) = TestAuthority.Write(_folder, "server", pair);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(key, File.GetUnixFileMode(key) | further);
        return DoctorRun.OfAsync(
            [("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("TLS_CERTIFICATE_FILE", chain), ("TLS_PRIVATE_KEY_FILE", key),
                ("API_BASE_URL", "https://id.example.com"), ("ASPNETCORE_URLS", "https://localhost:5443")]);
    }
}
