using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Data.Tls;

/// <summary>What of the other server's certificate is checked.</summary>
public enum TlsCheck
{
    /// <summary>sslmode=require: any server is believed.</summary>
    Nothing,

    /// <summary>sslmode=verify-ca: any host whose certificate an authority has signed is believed.</summary>
    Authority,

    /// <summary>sslmode=verify-full.</summary>
    AuthorityAndName,
}

/// <summary>Whom a connection trusts.</summary>
/// <param name="Files">The authorities, and the certificate of this server.</param>
public sealed record TlsTrust(TlsFiles Files, TlsCheck Check)
{
    /// <summary>For one connection: the files are read anew, so that renewed ones are used without a restart.</summary>
    public SslClientAuthenticationOptions OptionsFor(string host)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = (_, _, _, errors) => IsTrusted(errors),
        };
        if (Files.Own() is { } own) options.ClientCertificateContext = SslStreamCertificateContext.Create(own, null, offline: true);
        return options;
    }

    public bool IsTrusted(SslPolicyErrors errors) => Check switch
    {
        TlsCheck.Nothing => true,
        TlsCheck.Authority => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None,
        _ => errors == SslPolicyErrors.None,
    };

    private X509ChainPolicy ChainPolicy()
    {
        // Revocation lists of an authority of one's own are seldom published, and a start must not wait for a download.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Files.Roots() is not { } roots) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }
}
