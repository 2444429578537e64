using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;
using AuthServer.Doctor;

namespace AuthServer.Hosting.Certificates;

/// <summary>The certificate of the https addresses: its chain, its names against the issuer, and how long it is valid.</summary>
public sealed class CertificateCheck(TlsOptions tls, IssuerOptions issuer, DataDirectory data, TimeProvider time) : ICheck
{
    public string Name => "Certificate";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        var authority = tls.LocalHttps ? new LocalAuthority(data) : null;
        if (authority is not null && !File.Exists(authority.Path))
        {
            yield return Finding.Skipped("the start makes one (LOCAL_HTTPS)");
            yield break;
        }
        var files = authority?.Files ?? (tls.HasFiles ? new(tls.CertificateFile!, tls.PrivateKeyFile!) : null);
        if (files is null)
        {
            yield return Finding.Skipped("none is configured: a proxy ends the TLS, or everything stays on this machine");
            yield break;
        }
        var (problems, now) = (new SettingProblems(), time.GetUtcNow());
        if (files.Read(now, problems) is not { } certificate)
        {
            foreach (var line in problems.Lines) yield return Sentence.Wrong(line);
            yield break;
        }
        yield return CertificateLife.Of(CertificateFiles.ChainKey, certificate.ValidUntil, now, "renew it; the server follows the files");
        using var root = authority?.Certificate();
        yield return OfChain(certificate, root);
        if (issuer.IsHttps) yield return OfName(certificate.Leaf, issuer.Issuer.Host.Trim('[', ']'));
        if (files.IsPrivateKeyOpenToAll())
            yield return Finding.Wrong($"{CertificateFiles.PrivateKeyKey}: every user of this machine can read it", "chmod 600 the file");
    }

    private static Finding OfName(X509Certificate2 leaf, string host) =>
        leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false)
        ? Finding.Ok($"it is for {host}, the host of the issuer")
        : Finding.Wrong($"it is not for {host}, the host of API_BASE_URL: clients refuse it", "have one made for that name");

    private static Finding OfChain(ServerCertificate certificate, X509Certificate2? root)
    {
        using var chain = new X509Chain();
        // As a client sees it that downloads nothing: what the server does not send is missing.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var intermediate in certificate.Context.IntermediateCertificates) chain.ChainPolicy.ExtraStore.Add(intermediate);
        if (root is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
        }
        if (chain.Build(certificate.Leaf)) return Finding.Ok($"its chain is whole and trusted ({certificate.Leaf.Issuer})");
        var states = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return states.HasFlag(X509ChainStatusFlags.PartialChain)
            ? Finding.Warning(
                $"its chain is not whole: the certificate of {certificate.Leaf.Issuer} or of an authority above it is missing",
                $"append the intermediate certificates to {CertificateFiles.ChainKey}; clients need the root of an authority of your own")
            : Finding.Warning($"its chain is not trusted by this machine ({states})",
                "give the root of an authority of your own to every client, or have a public authority sign it");
    }
}
