using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A certificate authority of one test, and what it signs.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority(string name)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _certificate = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(900));
    }

    public string Pem => _certificate.ExportCertificatePem();

    /// <param name="hosts">Names or addresses.</param>
    /// <param name="days">Until when it is valid, from now; negative: it has expired.</param>
    /// <param name="password">Encrypts the private key.</param>
    public (string Certificate, string PrivateKey) Issue(
        string commonName, string[] hosts, double days = 7, string? password = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }
        if (hosts.Length > 0) request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        using var leaf = request.Create(_certificate, Now.AddDays(-20), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        var privateKey = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(
                password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return (leaf.ExportCertificatePem(), privateKey);
    }

    /// <summary>Writes what it has issued, readable by its owner alone.</summary>
    /// <returns>The paths.</returns>
    public static (string Certificate, string PrivateKey) Write(
        string folder, string name, (string Certificate, string PrivateKey) issued)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path + ".pem", issued.Certificate);
        File.WriteAllText(path + ".key", issued.PrivateKey);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path + ".key", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (path + ".pem", path + ".key");
    }

    /// <summary>Writes its own certificate, for those who are to trust it.</summary>
    public string WriteRoot(string folder)
    {
        var path = Path.Combine(folder, "root.pem");
        File.WriteAllText(path, Pem);
        return path;
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
