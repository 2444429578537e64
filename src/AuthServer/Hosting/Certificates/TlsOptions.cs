using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Certificates;

/// <summary>The certificate of the https addresses, for a server that has no proxy in front of it.</summary>
public sealed class TlsOptions : ICheckedSettings
{
    private const string Newest = "1.3";
    private const string Older = "1.2";

    /// <summary>
    /// The certificate of the https addresses in PEM, followed by its intermediate certificates. The server reads it again when it changes.
    /// </summary>
    [Setting(CertificateFiles.ChainKey, Cure = "the path of a PEM file")]
    public string? CertificateFile { get; set; }

    /// <summary>The private key of the certificate in PEM, not encrypted. Let the server's user alone read the file.</summary>
    [Setting(CertificateFiles.PrivateKeyKey, Cure = "the path of a PEM file")]
    public string? PrivateKeyFile { get; set; }

    /// <summary>The oldest version of TLS that is spoken: 1.3, or 1.2 for clients that know no newer one.</summary>
    [Setting("TLS_MINIMUM", Cure = "1.3 or 1.2")]
    public string Minimum { get; set; } = Newest;

    /// <summary>
    /// The same as `--https`: the embedded default makes a certificate authority of its own and a certificate for localhost, and listens on
    /// https://localhost:5443. For development: browsers have to be told to trust the authority.
    /// </summary>
    [Setting("LOCAL_HTTPS")]
    public bool LocalHttps { get; set; }

    public bool TakesOlder => Minimum == Older;

    public bool HasFiles => CertificateFile is not null && PrivateKeyFile is not null;

    [SuppressMessage(
        "Security", "CA5398",
        Justification = "The specification names TLS 1.3 as the least version; the machine's default allows 1.2.")]
    public SslProtocols Protocols => TakesOlder ? SslProtocols.Tls12 | SslProtocols.Tls13 : SslProtocols.Tls13;

    public void Check(SettingProblems problems)
    {
        if (Minimum is not (Newest or Older)) problems.Add("TLS_MINIMUM", $"\"{Minimum}\" is not a version", "set it to 1.3 or 1.2");
        if ((CertificateFile is null) != (PrivateKeyFile is null))
        {
            var (missing, set) = CertificateFile is null
                ? (CertificateFiles.ChainKey, CertificateFiles.PrivateKeyKey)
                : (CertificateFiles.PrivateKeyKey, CertificateFiles.ChainKey);
            problems.Add(missing, $"is not set, and {set} is", "set it to the path of a PEM file");
        }
        if (LocalHttps && (CertificateFile ?? PrivateKeyFile) is not null)
        {
            problems.Add(
                "LOCAL_HTTPS", $"is set (or --https given) together with {CertificateFiles.ChainKey}", "keep one of the two");
        }
    }
}
