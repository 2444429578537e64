using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Clients.Certificates;

/// <summary>
/// The authorities that sign certificates of clients, and the check of a chain that ends at one of them (RFC 5280 section 6).
/// </summary>
public sealed class ClientAuthorities(MtlsOptions options, TimeProvider time)
{
    // id-kp-clientAuth, RFC 5280 section 4.2.1.12.
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly X509Certificate2Collection _roots = [.. options.Authorities.Where(IsRoot)];
    private readonly X509Certificate2Collection _others = [.. options.Authorities.Where(authority => !IsRoot(authority))];

    public bool IsAny => _roots.Count > 0;

    /// <summary>Whether the certificate is signed by one of the authorities, valid now, and fit for a client.</summary>
    public bool Vouch(X509Certificate2 certificate)
    {
        if (!IsAny) return false;
        using var chain = new X509Chain { ChainPolicy = Policy() };
        try
        {
            return chain.Build(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
        finally
        {
            foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        }
    }

    internal static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Otherwise a certificate would say where this server sends requests.
            DisableCertificateDownloads = true,
            RevocationMode = options.ChecksRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
            UrlRetrievalTimeout = Patience,
            VerificationTime = time.GetUtcNow().UtcDateTime,
            VerificationTimeIgnored = false,
        };
        policy.ApplicationPolicy.Add(ClientAuthentication);
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_others);
        return policy;
    }
}
