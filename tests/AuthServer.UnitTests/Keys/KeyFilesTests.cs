using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.UnitTests.Keys;

/// <summary>Which key files are taken, and what is said about the others.</summary>
public sealed class KeyFilesTests : IDisposable
{
    private const string Password = "correct horse";

    private static readonly PbeParameters Pbe = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000);

    // openssl genpkey -algorithm ed25519, with its certificate and the password of these tests.
    private const string Ed25519Pkcs12 =
        "MIIDZgIBAzCCAxwGCSqGSIb3DQEHAaCCAw0EggMJMIIDBTCCAhIGCSqGSIb3DQEHBqCCAgMwggH/AgEAMIIB+AYJKoZIhvcNAQcBMFcGCSqGSIb3DQEF"
        + "DTBKMCkGCSqGSIb3DQEFDDAcBAjHsjkKGtC+9QICA+gwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEHodoJfr2CE97XT8oI9rFtuAggGQmFVYh/gX"
        + "RhaNVY8TeaBkf6zXj7bxAhQHp17hjFTOgvJFIPd30TXrWi0BCzI2Nnanvb6ipszxzPNF7ZsJbW+URTdcEFiqaWFyUE8jvT3MfAAjiA3PkU0KGswpeDgA"
        + "48oewnsFMcqwG2CGcTc3hlLxJoUBcf+YwyiR07urwVY+ljaucSrpf9lVtzccgdJNVFr6RWoO0r49e1LBnAMdd8LxDID6Pr42nO3ii7ONJC+a+Sj/8rFu"
        + "VJX+rwldvWnz4jMkxKYi6gMB14LSISUQDojvw0pHCYY6J41cPNDbjjbai5n4fL3W07F4ZQ/krfkx6NIurq+v+Mro2tB24roahfD9ni91T5JnY+vKohtB"
        + "TcR2mHaFBJSsAN8i9wh6Y6pl3v71jpgpn3UmQNXykhuBUqiTiMRGVPZbvKLRYkqd7xt3M+geY5cv5er9xDCNvJ3qph5Xz6bi4uVNcp70GR/daaA34mKB"
        + "Zjoz9FcCKDNT8jFiEp7wE3vXSBpU9yj/xXiXJ6vesRwH/aP5EsL4pfVncze4fDCB7AYJKoZIhvcNAQcBoIHeBIHbMIHYMIHVBgsqhkiG9w0BDAoBAqCB"
        + "njCBmzBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIzx1YGx/IAh4CAgPoMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAoz+DUcZ/iDdaL"
        + "MedsaLHXBEB4bjuorpvKWqdbYXBRxb5MXdFDTK9x4/sUAHCefAlTeq8n6X63a8YmFNb4AlzfmcuHNF3m0u8da3XJL1h78EqsMSUwIwYJKoZIhvcNAQkV"
        + "MRYEFGW0oAczflGmX8Ci/TtgKZtWA4q/MEEwMTANBglghkgBZQMEAgEFAAQgNON1TrNjgDsiNsEbozDlj6bG+HE3mRkrwhhmZElvtlsECKGvm2fb13mu"
        + "AgID6A==";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("key-files-");
    private readonly SettingProblems _problems = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("pkcs8")]
    [InlineData("sec1")]
    [InlineData("encrypted")]
    [InlineData("pkcs12")]
    [InlineData("with certificate")]
    public void A_key_of_the_curve_P_256_is_taken_in_each_form(string form)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var read = Assert.Single(Read(form switch
        {
            "pkcs8" => Text(key.ExportPkcs8PrivateKeyPem()),
            "sec1" => Text("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key.ExportECPrivateKeyPem()),
            "encrypted" => Text(key.ExportEncryptedPkcs8PrivateKeyPem(Password, Pbe)),
            "pkcs12" => Certificate(key).Export(X509ContentType.Pkcs12, Password),
            _ => Text(Certificate(key).ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem()),
        }));
        Assert.Empty(_problems.Lines);
        Assert.Equal(RingKeys.Es256, read.Key.Algorithm);
        Assert.Equal(Thumbprint(key), read.Key.Kid);
        Signs(read);
    }

    [Theory]
    [InlineData("pkcs8")]
    [InlineData("pkcs1")]
    [InlineData("encrypted")]
    [InlineData("pkcs12")]
    public void An_rsa_key_is_taken_in_each_form(string form)
    {
        using var key = RSA.Create(2048);
        var read = Assert.Single(Read(form switch
        {
            "pkcs8" => Text(key.ExportPkcs8PrivateKeyPem()),
            "pkcs1" => Text(key.ExportRSAPrivateKeyPem()),
            "encrypted" => Text(key.ExportEncryptedPkcs8PrivateKeyPem(Password, Pbe)),
            _ => new CertificateRequest("CN=signing", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1)).Export(X509ContentType.Pkcs12, Password),
        }));
        Assert.Equal(RingKeys.Rs256, read.Key.Algorithm);
        Signs(read);
    }

    [Theory]
    [InlineData("P-384", "an elliptic curve other than P-256")]
    [InlineData("secp256k1", "an elliptic curve other than P-256")]
    [InlineData("RSA 1024", "an RSA key of 1024 bits")]
    [InlineData("RSA 4104", "an RSA key of 4104 bits")]
    [InlineData("half PEM", "is no whole PEM file")]
    [InlineData("half PKCS#12", "is neither PEM nor a whole PKCS#12 file")]
    [InlineData("nothing", "is neither PEM nor a whole PKCS#12 file")]
    [InlineData("two keys", "does not hold exactly one private key")]
    [InlineData("certificate", "does not hold exactly one private key")]
    [InlineData("no password", "is encrypted, and there is no password")]
    [InlineData("no password of PKCS#12", "is encrypted, and there is no password")]
    [InlineData("wrong password", "does not open with SIGNING_KEYS_PASSWORD")]
    [InlineData("wrong password of PKCS#12", "does not open with SIGNING_KEYS_PASSWORD")]
    [InlineData("old encryption", "is encrypted in the old form of OpenSSL")]
    [InlineData("Ed25519", "holds a private key that cannot be read")]
    [InlineData("Ed25519 in PKCS#12", "holds a private key that cannot be read")]
    [InlineData("DSA in PKCS#12", "holds a private key that cannot be read")]
    public void Another_file_is_refused_by_its_path_with_the_cure(string form, string wrong)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bytes = form switch
        {
            "P-384" => Text(ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem()),
            "secp256k1" => Text(ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")).ExportPkcs8PrivateKeyPem()),
            "RSA 1024" => Text(RSA.Create(1024).ExportPkcs8PrivateKeyPem()),
            "RSA 4104" => Text(RSA.Create(4104).ExportPkcs8PrivateKeyPem()),
            "half PEM" => Text(key.ExportPkcs8PrivateKeyPem()[..150]),
            "half PKCS#12" => Certificate(key).Export(X509ContentType.Pkcs12, Password)[..400],
            "nothing" => [],
            "two keys" => Text(key.ExportPkcs8PrivateKeyPem() + "\n" + RSA.Create(2048).ExportPkcs8PrivateKeyPem()),
            "certificate" => Text(Certificate(key).ExportCertificatePem()),
            "no password" or "wrong password" => Text(key.ExportEncryptedPkcs8PrivateKeyPem("other", Pbe)),
            "no password of PKCS#12" or "wrong password of PKCS#12" => Certificate(key).Export(X509ContentType.Pkcs12, "other"),
            "old encryption" => Text("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAA==\n"
                + "-----END RSA PRIVATE KEY-----"),
            "Ed25519 in PKCS#12" => Convert.FromBase64String(Ed25519Pkcs12),
            "DSA in PKCS#12" => DsaPkcs12(),
            // RFC 8410 section 10.3.
            _ => Text("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                + "-----END PRIVATE KEY-----"),
        };
        Assert.Empty(Read(bytes, form.StartsWith("no password", StringComparison.Ordinal) ? null : Password));
        var line = Assert.Single(_problems.Lines);
        Assert.StartsWith($"SIGNING_KEYS: {Path}", line, StringComparison.Ordinal);
        Assert.Contains(wrong, line, StringComparison.Ordinal);
        Assert.Contains("; ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_read_in_the_order_of_its_names_without_hidden_and_other_files()
    {
        foreach (var name in new[] { "2.pem", "1.key", "3.p12", ".4.pem", "README" })
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            File.WriteAllBytes(System.IO.Path.Combine(_folder.FullName, name),
                name == "3.p12" ? Certificate(key).Export(X509ContentType.Pkcs12, Password) : Text(key.ExportPkcs8PrivateKeyPem()));
        }

        var read = Files(Password).Read(_folder.FullName, _problems).Select(k => System.IO.Path.GetFileName(k.Source));
        Assert.Equal(["1.key", "2.pem", "3.p12"], read);
    }

    [Fact]
    public void A_folder_without_keys_and_a_file_that_is_not_there_are_named()
    {
        Assert.Empty(Files(null).Read(_folder.FullName, _problems));
        Assert.Empty(Files(null).Read("/nowhere/key.pem", _problems));
        Assert.Collection(_problems.Lines,
            line => Assert.Contains($"no key file in the folder {_folder.FullName}", line, StringComparison.Ordinal),
            line => Assert.Contains("there is no file /nowhere/key.pem", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    public void A_file_that_others_can_read_is_told_of(UnixFileMode mode, bool isTold)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var log = new LogLines<KeyFiles>();
        Assert.Single(Read(Text(key.ExportPkcs8PrivateKeyPem()), null, mode, log));
        Assert.Equal(isTold, log.All.Any(line => line.Contains("chmod 600 " + Path, StringComparison.Ordinal)));
    }

    private string Path => System.IO.Path.Combine(_folder.FullName, "key.pem");

    private List<OutsideKey> Read(
        byte[] bytes, string? password = Password, UnixFileMode mode = UnixFileMode.UserRead, ILogger<KeyFiles>? log = null)
    {
        File.WriteAllBytes(Path, bytes);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path, mode);
        return [.. Files(password, log).Read(Path, _problems)];
    }

    private static KeyFiles Files(string? password, ILogger<KeyFiles>? log = null) =>
        new(new() { Password = password }, log ?? NullLogger<KeyFiles>.Instance);

    private static void Signs(OutsideKey key)
    {
        var token = key.Key.Sign("JWT", "{}"u8);
        var dot = token.LastIndexOf('.');
        Assert.True(key.Key.Verifies(Text(token[..dot]), Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token[(dot + 1)..])));
    }

    private static byte[] Text(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    private static string Thumbprint(ECDsa key) => Microsoft.IdentityModel.Tokens.Base64UrlEncoder.Encode(
        new Microsoft.IdentityModel.Tokens.ECDsaSecurityKey(key).ComputeJwkThumbprint());

    private static byte[] DsaPkcs12()
    {
        using var key = DSA.Create(1024);
        using var issuer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName("CN=signing"), new PublicKey(key), HashAlgorithmName.SHA256);
        using var certificate = request.Create(
            new X500DistinguishedName("CN=authority"), X509SignatureGenerator.CreateForECDsa(issuer), DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch.AddYears(1), [1]);
        return certificate.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12, Password);
    }

    private static X509Certificate2 Certificate(ECDsa key) => new CertificateRequest("CN=signing", key, HashAlgorithmName.SHA256)
        .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
}
