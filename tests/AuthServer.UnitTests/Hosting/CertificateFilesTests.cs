using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;

namespace AuthServer.UnitTests.Hosting;

public sealed class CertificateFilesTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("pem").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string Chain => Path.Combine(_folder, "chain.pem");

    private string PrivateKey => Path.Combine(_folder, "key.pem");

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_pair_is_read()
    {
        Write(Certificate(_key), _key.ExportPkcs8PrivateKeyPem());
        Assert.Equal([], Problems(out var read));
        Assert.True(read!.Leaf.HasPrivateKey);
        Assert.Equal(read.Digest, new CertificateFiles(Chain, PrivateKey).Digest());
    }

    [Fact]
    public void An_RSA_pair_in_the_older_form_is_read()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=rsa", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        Write(certificate.ExportCertificatePem(), rsa.ExportRSAPrivateKeyPem());
        Assert.Equal([], Problems(out _));
    }

    [Fact]
    public void Files_that_are_not_there_are_both_named()
    {
        Assert.Equal(
            [$"TLS_CERTIFICATE_FILE: there is no file {Chain}; set it to the path of a PEM file",
                $"TLS_PRIVATE_KEY_FILE: there is no file {PrivateKey}; set it to the path of a PEM file"], Problems(out _));
        Assert.Equal("", new CertificateFiles(Chain, PrivateKey).Digest());
    }

    [Fact]
    public void A_folder_cannot_be_read_as_a_file()
    {
        Directory.CreateDirectory(Chain);
        File.WriteAllText(PrivateKey, _key.ExportPkcs8PrivateKeyPem());
        Assert.StartsWith($"TLS_CERTIFICATE_FILE: the file {Chain} cannot be read; ", Assert.Single(Problems(out _)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        foreach (var key in new[] { other.ExportPkcs8PrivateKeyPem(), rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportRSAPrivateKeyPem() })
        {
            Write(Certificate(_key), key);
            Assert.StartsWith($"TLS_PRIVATE_KEY_FILE: {PrivateKey} is not the private key of the certificate in {Chain}; ",
                Assert.Single(Problems(out _)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_chain_that_is_half_written_is_refused()
    {
        var whole = Certificate(_key);
        foreach (var half in new[] { "", "no PEM", whole[..^30], whole + '\n' + whole[..^30] })
        {
            Write(half, _key.ExportPkcs8PrivateKeyPem());
            Assert.StartsWith($"TLS_CERTIFICATE_FILE: {Chain} holds no whole certificate in PEM; ", Assert.Single(Problems(out _)),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_key_that_is_encrypted_is_refused_with_the_command_that_decrypts_it()
    {
        var encrypted = _key.ExportEncryptedPkcs8PrivateKeyPem(
            "password", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1));
        Write(Certificate(_key), encrypted);
        Assert.Contains("openssl pkey", Assert.Single(Problems(out _)), StringComparison.Ordinal);
        Write(Certificate(_key), "nothing");
        Assert.Contains("holds no private key in PEM", Assert.Single(Problems(out _)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-2, "is not valid before 2026-11-28 12:00 UTC; ")]
    [InlineData(2, "has expired at 2026-11-30 12:00 UTC; ")]
    public void A_certificate_is_refused_outside_its_time(int days, string expected)
    {
        Write(Certificate(_key), _key.ExportPkcs8PrivateKeyPem());
        var problems = new SettingProblems();
        Assert.Null(new CertificateFiles(Chain, PrivateKey).Read(Now.AddDays(days), problems));
        Assert.Contains(expected, Assert.Single(problems.Lines), StringComparison.Ordinal);
    }

    private static string Certificate(ECDsa key)
    {
        using var certificate = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    private void Write(string chain, string privateKey)
    {
        File.WriteAllText(Chain, chain);
        File.WriteAllText(PrivateKey, privateKey);
    }

    private IReadOnlyList<string> Problems(out ServerCertificate? read)
    {
        var problems = new SettingProblems();
        read = new CertificateFiles(Chain, PrivateKey).Read(Now, problems);
        return problems.Lines;
    }
}
