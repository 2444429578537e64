using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;

namespace AuthServer.Hosting.Configuring;

/// <summary>The certificate of the https listeners as a start finds it, in the files of the operator, or makes it.</summary>
public static class StartCertificate
{
    public static void RefuseLocalBesideDatabase(StartSettings settings, SettingProblems problems)
    {
        if (!settings.Tls.LocalHttps || settings.Database.IsEmbedded) return;
        problems.Add("LOCAL_HTTPS", "is set (or --https given) beside DATABASE_URL, and is for the embedded default alone",
            $"set {CertificateFiles.ChainKey} and {CertificateFiles.PrivateKeyKey} instead");
    }

    /// <summary>Writes nothing: it is called before it is known whether the configuration is good.</summary>
    public static CurrentCertificate? FromFiles(TlsOptions tls, SettingProblems problems) =>
        tls.HasFiles ? Read(new CertificateFiles(tls.CertificateFile!, tls.PrivateKeyFile!), null, problems) : null;

    public static CurrentCertificate? Local(DataDirectory data, SettingProblems problems)
    {
        var authority = new LocalAuthority(data);
        try
        {
            authority.Ensure(TimeProvider.System.GetUtcNow());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add("LOCAL_HTTPS", $"the certificate cannot be kept in {data.Path}", "let the server's user read and write there");
            return null;
        }
        return Read(authority.Files, authority, problems);
    }

    public static IEnumerable<string> Warnings(StartSettings settings)
    {
        if (settings.Tls.TakesOlder) yield return "TLS_MINIMUM is 1.2: set it to 1.3 as soon as no client needs the older version.";
        if (!settings.Listeners.TakeHttps && (settings.Tls.HasFiles || settings.Tls.LocalHttps))
        {
            yield return (settings.Tls.HasFiles ? CertificateFiles.ChainKey : "LOCAL_HTTPS")
                + " is set, but no listener is https: name an https address in ASPNETCORE_URLS.";
        }
        // Absent for `doctor`, whose CertificateCheck tells the rest as findings of their own.
        if (settings.Certificate is not { } certificate) yield break;
        if (certificate.Files.IsPrivateKeyOpenToAll())
            yield return $"{CertificateFiles.PrivateKeyKey}: every user of this machine can read it. Let the server's user alone do so.";
        var host = settings.Issuer.Issuer.Host.Trim('[', ']');
        if (settings.Issuer.IsHttps && !certificate.Now.Leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false))
            yield return $"{CertificateFiles.ChainKey}: the certificate is not for {host}, the host of the issuer. Clients will refuse it.";
    }

    private static CurrentCertificate? Read(CertificateFiles files, LocalAuthority? local, SettingProblems problems) =>
        files.Read(TimeProvider.System.GetUtcNow(), problems) is { } certificate ? new(files, certificate, local) : null;
}
