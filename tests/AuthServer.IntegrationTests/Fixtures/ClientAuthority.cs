using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>What a test wants of a client's certificate.</summary>
internal sealed record CertificateWish(string Subject)
{
    public Action<SubjectAlternativeNameBuilder>? Names { get; init; }

    /// <summary>The purpose of the key; null: none is said.</summary>
    public string? Purpose { get; init; } = ClientAuthority.ClientPurpose;

    /// <summary>Where the authority says what it has revoked; null: nowhere.</summary>
    public string? RevocationList { get; init; }

    /// <summary>In days from now.</summary>
    public (double From, double Until) Valid { get; init; } = (-1, 7);
}

/// <summary>An authority that signs certificates of clients, by an intermediate one or itself.</summary>
internal sealed class ClientAuthority : IDisposable
{
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2", ServerPurpose = "1.3.6.1.5.5.7.3.1";

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public ClientAuthority(string name, ClientAuthority? parent = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (parent is null) _certificate = request.CreateSelfSigned(Now.AddDays(-30), Now.AddDays(900));
        else
        {
            using var signed = request.Create(parent._certificate, Now.AddDays(-30), Now.AddDays(800), [7]);
            _certificate = signed.CopyWithPrivateKey(_key);
        }
    }

    public string Pem => _certificate.ExportCertificatePem() + "\n";

    /// <summary>The list of what it has revoked (RFC 5280 section 5).</summary>
    public byte[] Revoke(params X509Certificate2[] revoked)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (var certificate in revoked) list.AddEntry(certificate);
        return list.Build(_certificate, 1, Now.AddDays(1), HashAlgorithmName.SHA256);
    }

    /// <summary>With its private key.</summary>
    public X509Certificate2 Issue(CertificateWish wish)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Request(wish, key).Create(
            _certificate, Now.AddDays(wish.Valid.From), Now.AddDays(wish.Valid.Until), RandomNumberGenerator.GetBytes(8));
        return leaf.CopyWithPrivateKey(key);
    }

    public static X509Certificate2 SelfSigned(CertificateWish wish)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(wish, key).CreateSelfSigned(Now.AddDays(wish.Valid.From), Now.AddDays(wish.Valid.Until));
    }

    /// <summary>The header Client-Cert of RFC 9440.</summary>
    public static string HeaderOf(X509Certificate2 certificate) => $":{Convert.ToBase64String(certificate.RawData)}:";

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Request(CertificateWish wish, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName(wish.Subject), key, HashAlgorithmName.SHA256);
        if (wish.Purpose is { } purpose)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        }
        if (wish.RevocationList is { } address)
        {
            request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([address]));
        }
        if (wish.Names is { } add)
        {
            var names = new SubjectAlternativeNameBuilder();
            add(names);
            request.CertificateExtensions.Add(names.Build());
        }

        return request;
    }
}
