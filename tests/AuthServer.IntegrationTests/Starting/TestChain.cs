using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A root, an intermediate authority, and certificates of a server that the intermediate has signed.</summary>
internal sealed class TestChain : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _intermediateKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _intermediate;

    public TestChain()
    {
        Root = Authority("CN=root", _rootKey).CreateSelfSigned(Now.AddDays(-2), Now.AddDays(90));
        using var signed = Authority("CN=intermediate", _intermediateKey).Create(Root, Now.AddDays(-1), Now.AddDays(80), [1]);
        _intermediate = signed.CopyWithPrivateKey(_intermediateKey);
    }

    public X509Certificate2 Root { get; }

    /// <summary>The chain and the private key in PEM, and the serial number by which the certificate is known again.</summary>
    public (string Chain, string PrivateKey) Issue(byte serial)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName("id.example.com");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(_intermediate, Now.AddHours(-1), Now.AddDays(70), [serial]);
        return (leaf.ExportCertificatePem() + '\n' + _intermediate.ExportCertificatePem() + '\n', key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        Root.Dispose();
        _intermediate.Dispose();
        _rootKey.Dispose();
        _intermediateKey.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        return request;
    }
}
