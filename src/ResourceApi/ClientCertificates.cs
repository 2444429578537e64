using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ResourceApi;

/// <summary>
/// The certificate that a client shows, for access tokens that are bound to one (RFC 8705 section 3): that of the connection, or the one
/// that a trusted proxy hands on in a header (RFC 9440, or nginx's escaped PEM).
/// </summary>
/// <remarks>Who signed it does not matter: the authorization server has bound the token to this one and no other.</remarks>
public static class ClientCertificates
{
    // A certificate of a company with many names has a few kilobytes.
    private const int Longest = 16 * 1024;

    /// <summary>Has Kestrel ask for a certificate, and take any or none.</summary>
    public static void AskForClientCertificates(this WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.AllowAnyClientCertificate();
        }));

    /// <summary>Stands before everything that asks for the certificate.</summary>
    public static void UseForwardedCertificates(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<ApiSettings>();
        if (settings.CertificateHeader is not { } header) return;
        app.Use((http, next) =>
        {
            http.Request.Headers.Remove(header, out var values);
            // RFC 9440 section 4: what another than the proxy says is nothing.
            if (http.Connection.RemoteIpAddress is not { } sender || !settings.Proxies.Contains(Plain(sender))) return next(http);
            // The certificate of the connection is the proxy's, and never counts as that of its caller. Of several values one is the
            // caller's own.
            http.Connection.ClientCertificate = values is [{ Length: > 0 and <= Longest } text] ? Read(text) : null;
            return next(http);
        });
    }

    /// <returns>RFC 8705 section 3.1; null where there is no certificate.</returns>
    public static string? ThumbprintOf(HttpContext http) => http.Connection.ClientCertificate is { } certificate
        ? Base64Url.EncodeToString(SHA256.HashData(certificate.RawDataMemory.Span)) : null;

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <returns>Null for what is no certificate.</returns>
    private static X509Certificate2? Read(string text)
    {
        try
        {
            // RFC 8941 section 3.3.5: bytes stand between colons.
            if (text is [':', .. var bytes, ':']) return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(bytes));
            var pem = WebUtility.UrlDecode(text.Replace("+", "%2B", StringComparison.Ordinal));
            return PemEncoding.TryFind(pem, out var fields) && pem.AsSpan()[fields.Label].SequenceEqual("CERTIFICATE")
                ? X509CertificateLoader.LoadCertificate(Convert.FromBase64String(pem[fields.Base64Data]))
                : null;
        }
        catch (Exception error) when (error is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
