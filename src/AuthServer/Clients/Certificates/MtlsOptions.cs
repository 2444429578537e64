using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;

namespace AuthServer.Clients.Certificates;

/// <summary>Certificates of clients (RFC 8705): where they are asked for, and who may sign them.</summary>
public sealed class MtlsOptions : ICheckedSettings
{
    public const string AddressKey = "MTLS_BASE_URL", ListenersKey = "MTLS_URLS", HeaderKey = "MTLS_PROXY_HEADER";

    private const string AuthoritiesKey = "MTLS_CA_FILE";

    /// <summary>
    /// The public address at which clients are asked for a certificate, such as https://mtls.id.example.com: a host or a port of its own,
    /// so that browsers are not asked. It turns client certificates on (RFC 8705). Discovery names its endpoints in mtls_endpoint_aliases.
    /// </summary>
    [Setting(AddressKey, Cure = "an https address such as https://mtls.id.example.com")]
    public Uri? BaseUrl { get; set; }

    /// <summary>
    /// Addresses, beside those of ASPNETCORE_URLS and separated by commas, at which this server itself asks for a client certificate, such
    /// as https://0.0.0.0:5444. They have the server's own certificate. Not needed behind a proxy that ends the TLS.
    /// </summary>
    [Setting(ListenersKey, Cure = "https addresses such as https://0.0.0.0:5444, separated by commas")]
    public IReadOnlyList<string> Urls { get; set; } = [];

    /// <summary>
    /// The header in which a proxy of TRUSTED_PROXIES hands on the certificate of a client: Client-Cert (RFC 9440), or any header with
    /// nginx's $ssl_client_escaped_cert. The proxy must set it on every request, empty where there is no certificate: otherwise clients
    /// could send it themselves.
    /// </summary>
    [Setting(HeaderKey, Cure = "the name of a header, such as Client-Cert")]
    public string? ProxyHeader { get; set; }

    /// <summary>
    /// The certificate authorities, in PEM, that sign certificates of clients with tls_client_auth; intermediate ones too. Not set:
    /// clients register their own certificates (self_signed_tls_client_auth).
    /// </summary>
    [Setting(AuthoritiesKey, Cure = "the path of a PEM file")]
    public string? AuthoritiesFile { get; set; }

    /// <summary>
    /// Ask the authorities of MTLS_CA_FILE whether a certificate has been revoked, at the addresses that it names (CRL, OCSP), when a
    /// client authenticates. A certificate whose state is not known is refused then.
    /// </summary>
    [Setting("MTLS_REVOCATION")]
    public bool ChecksRevocation { get; set; }

    public bool IsOn => BaseUrl is not null;

    /// <summary>Whether a client can authenticate by this method; those without a certificate are no matter of this.</summary>
    public bool Offers(string method) => method switch
    {
        ClientAuthMethods.Tls => IsOn && Authorities.Count > 0,
        ClientAuthMethods.SelfSignedTls => IsOn,
        _ => true,
    };

    /// <summary>Where this server asks for certificates itself.</summary>
    public IReadOnlyList<BindingAddress> Listeners { get; private set; } = [];

    public X509Certificate2Collection Authorities { get; private set; } = [];

    public void Check(SettingProblems problems)
    {
        if (BaseUrl is { } address && (address.Scheme != Uri.UriSchemeHttps || address.PathAndQuery != "/" || address.UserInfo.Length > 0))
        {
            problems.Add(AddressKey, "is not an https address without a path", "set it to one such as https://mtls.id.example.com");
        }

        var listeners = new List<BindingAddress>();
        foreach (var text in Urls)
        {
            if (Parse(text) is { } listener) listeners.Add(listener);
            else problems.Add(ListenersKey, $"\"{text}\" is not an https address", "write it as https://0.0.0.0:5444");
        }

        Listeners = listeners;
        if (ProxyHeader is { } header && !header.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
        {
            problems.Add(HeaderKey, "is not the name of a header", "set it to one such as Client-Cert");
        }
        if (AuthoritiesFile is { } file) ReadAuthorities(file, problems);
        foreach (var (key, isSet) in new[]
            { (ListenersKey, Urls.Count > 0), (HeaderKey, ProxyHeader is not null), (AuthoritiesKey, AuthoritiesFile is not null) })
        {
            if (isSet && !IsOn) problems.Add(key, $"is set, and {AddressKey} is not", $"set {AddressKey} too, or remove it");
        }
    }

    private void ReadAuthorities(string file, SettingProblems problems)
    {
        try
        {
            Authorities.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            problems.Add(AuthoritiesKey, "cannot be read as PEM", "set it to the path of a PEM file with certificates");
            return;
        }

        if (!Authorities.Any(ClientAuthorities.IsRoot))
            problems.Add(AuthoritiesKey, "has no root certificate", "add the self-signed certificate at the top of the chain");
    }

    private static BindingAddress? Parse(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return address is { IsNamedPipe: false, IsUnixPipe: false, PathBase: "", Port: > 0 and <= ushort.MaxValue }
                && address.Scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase) ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
