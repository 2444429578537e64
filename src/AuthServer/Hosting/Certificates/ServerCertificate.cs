using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Hosting.Certificates;

/// <summary>A certificate with its private key and the chain that is sent with it.</summary>
/// <param name="Leaf">The certificate itself, with its private key.</param>
/// <param name="Context">What a handshake needs of it, built once, because connections also resume by it.</param>
/// <param name="Digest">Of the files that it was read from, to see whether they have changed.</param>
public sealed record ServerCertificate(X509Certificate2 Leaf, SslStreamCertificateContext Context, string Digest)
{
    public DateTimeOffset ValidUntil => Leaf.NotAfter;
}

/// <summary>The certificate that the next connection gets. Open connections keep the one that they began with.</summary>
public sealed class CurrentCertificate(CertificateFiles files, ServerCertificate first, LocalAuthority? local)
{
    private volatile ServerCertificate _now = first;

    public CertificateFiles Files { get; } = files;

    /// <summary>Who signed it, when this server did so itself.</summary>
    public LocalAuthority? Local { get; } = local;

    public ServerCertificate Now
    {
        get => _now;
        set => _now = value;
    }
}
