using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>Who signs the certificates of one run: the server's, the apps' and those of clients.</summary>
internal sealed class Authority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;

    public Authority()
    {
        var request = new CertificateRequest("CN=Authority of the tests of clients", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        // Python's and Go's libraries want it of a root.
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        _root = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(3));
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public X509Certificate2 Root => _root;

    /// <summary>Writes a certificate and its key as PEM.</summary>
    /// <param name="host">Null: it is for a client.</param>
    public (string Certificate, string PrivateKey) Issue(string folder, string name, string? host = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid(host is null ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        using var leaf = request.Create(_root, Now.AddDays(-1), Now.AddDays(2), RandomNumberGenerator.GetBytes(8));
        var (certificate, privateKey) = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(certificate, leaf.ExportCertificatePem());
        File.WriteAllText(privateKey, key.ExportPkcs8PrivateKeyPem());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(privateKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return (certificate, privateKey);
    }

    public string WriteRoot(string folder)
    {
        var path = Path.Combine(folder, "ca.pem");
        File.WriteAllText(path, _root.ExportCertificatePem());
        return path;
    }

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }
}
