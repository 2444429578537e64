using System.Formats.Asn1;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Certificates;

/// <summary>
/// A certificate authority of this data directory alone, and the certificate for localhost that it has signed (`--https`).
/// </summary>
/// <remarks>
/// Its user is asked to trust it, so it can sign for this machine's own names and for nothing else: name constraints (RFC 5280 section
/// 4.2.1.10), and a path length of 0.
/// </remarks>
public sealed class LocalAuthority(DataDirectory data)
{
    public const string FileName = "local-ca.pem";
    private const string PrivateKeyName = "local-ca.key";
    private const string LeafName = "localhost.pem";
    private const string LeafPrivateKeyName = "localhost.key";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string NameConstraintsOid = "2.5.29.30";
    private const int YearsOfAuthority = 10;

    // Browsers refuse longer ones from public authorities, and some from any (Apple: 825 days).
    private static readonly TimeSpan LifeOfLeaf = TimeSpan.FromDays(398);
    private static readonly TimeSpan RenewedBefore = TimeSpan.FromDays(30);

    // For a client whose clock is slow.
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    private static readonly IPAddress[] Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>The authority's certificate, the one to trust.</summary>
    public string Path => data.FileAt(FileName);

    public CertificateFiles Files => new(data.FileAt(LeafName), data.FileAt(LeafPrivateKeyName));

    /// <summary>Makes what is missing, damaged, or valid for less than another 30 days.</summary>
    public void Ensure(DateTimeOffset now)
    {
        if (IsGood(now)) return;
        using var alone = data.Lock(FileName + ".lock");
        if (IsGood(now)) return;
        using var authority = Load(FileName, PrivateKeyName) is { } kept && IsLongValid(kept, now) ? kept : MakeAuthority(now);
        MakeLeaf(authority, now);
    }

    public void RenewInTime(DateTimeOffset now, DateTimeOffset validUntil)
    {
        if (validUntil - now < RenewedBefore) Ensure(now);
    }

    /// <summary>The certificate to trust, without its key.</summary>
    public X509Certificate2 Certificate() => X509CertificateLoader.LoadCertificateFromFile(Path);

    private bool IsGood(DateTimeOffset now)
    {
        using var authority = Load(FileName, PrivateKeyName);
        using var leaf = Load(LeafName, LeafPrivateKeyName);
        if (authority is null || leaf is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = (now + RenewedBefore).UtcDateTime;
        return chain.Build(leaf);
    }

    private static bool IsLongValid(X509Certificate2 authority, DateTimeOffset now) => now + RenewedBefore < authority.NotAfter;

    private X509Certificate2? Load(string certificate, string privateKey)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(data.FileAt(certificate), data.FileAt(privateKey));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FileNotFoundException)
        {
            return null;
        }
    }

    private X509Certificate2 MakeAuthority(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = string.Create(CultureInfo.InvariantCulture, $"AuthPlatform local authority {now:yyyy-MM-dd}");
        var request = new CertificateRequest(Named(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(ThisMachineAlone());
        var authority = request.CreateSelfSigned(now - Skew, now.AddYears(YearsOfAuthority));
        data.Write(PrivateKeyName, key.ExportPkcs8PrivateKeyPem());
        data.Write(FileName, authority.ExportCertificatePem());
        return authority;
    }

    private void MakeLeaf(X509Certificate2 authority, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Named("localhost"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        foreach (var address in Addresses) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(ServerAuthentication)], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var until = now - Skew + LifeOfLeaf;
        // RFC 5280 section 4.1.2.2: a serial number is positive and at most 20 bytes long.
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)(serial[0] & 0x3F | 0x40);
        using var leaf = request.Create(authority, now - Skew, until < authority.NotAfter ? until : authority.NotAfter, serial);
        data.Write(LeafPrivateKeyName, key.ExportPkcs8PrivateKeyPem());
        data.Write(LeafName, leaf.ExportCertificatePem());
    }

    private static X500DistinguishedName Named(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        return builder.Build();
    }

    private static X509Extension ThisMachineAlone()
    {
        var permitted = new Asn1Tag(TagClass.ContextSpecific, 0);
        var dnsName = new Asn1Tag(TagClass.ContextSpecific, 2);
        var ipAddress = new Asn1Tag(TagClass.ContextSpecific, 7);
        var asn = new AsnWriter(AsnEncodingRules.DER);
        using (asn.PushSequence())
        using (asn.PushSequence(permitted))
        {
            using (asn.PushSequence()) asn.WriteCharacterString(UniversalTagNumber.IA5String, "localhost", dnsName);
            foreach (var address in Addresses)
            {
                // The address, then a mask of all its bits.
                var bytes = address.GetAddressBytes();
                using (asn.PushSequence()) asn.WriteOctetString([.. bytes, .. bytes.Select(_ => byte.MaxValue)], ipAddress);
            }
        }
        return new X509Extension(NameConstraintsOid, asn.Encode(), critical: true);
    }
}
