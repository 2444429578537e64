using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Clients.Certificates;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Hosting.Listening;

/// <summary>Takes the certificate of a client from the header of a trusted proxy: RFC 9440, or nginx's escaped PEM.</summary>
public static class ForwardedCertificates
{
    // A certificate of a company with many names has a few kilobytes.
    private const int Longest = 16 * 1024;

    /// <summary>Stands before the address of the proxy is replaced by that of its caller.</summary>
    public static void UseForwardedCertificates(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<MtlsOptions>().ProxyHeader is not { } header) return;
        var proxies = app.ApplicationServices.GetRequiredService<ServerOptions>().Proxies;
        app.Use((http, next) =>
        {
            http.Request.Headers.Remove(header, out var values);
            // RFC 9440 section 4: what another than the proxy says is nothing.
            if (http.Connection.RemoteIpAddress is not { } sender || !proxies.Contains(sender)) return next(http);
            // Without a value the client has shown none, and of several one is the client's own. The certificate of the connection is the
            // proxy's, and never counts as that of its caller.
            http.Connection.ClientCertificate = values is [{ Length: > 0 and <= Longest } text] ? Read(text) : null;
            return next(http);
        });
    }

    /// <returns>Null for what is no certificate.</returns>
    internal static X509Certificate2? Read(string text)
    {
        try
        {
            var value = text.Trim();
            if (value.Length > 2 && value[0] == ':' && value[^1] == ':')
            {
                // RFC 8941 section 3.3.5.
                return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(value[1..^1]));
            }
            return OfPem(WebUtility.UrlDecode(value.Replace("+", "%2B", StringComparison.Ordinal)));
        }
        catch (Exception error) when (error is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static X509Certificate2? OfPem(string pem)
    {
        if (!PemEncoding.TryFind(pem, out var fields) || !pem.AsSpan()[fields.Label].SequenceEqual("CERTIFICATE")) return null;
        return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(pem[fields.Base64Data]));
    }
}
