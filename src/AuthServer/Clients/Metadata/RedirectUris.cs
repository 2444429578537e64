using System.Net;

namespace AuthServer.Clients.Metadata;

/// <summary>Which redirect URIs may be registered (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 4.1).</summary>
public static class RedirectUris
{
    /// <summary>What is wrong with it, or null.</summary>
    public static string? Fault(string text, bool native)
    {
        if (!text.All(c => c is > ' ' and < '\x7f') || text.Contains('\\', StringComparison.Ordinal)) return "must be an absolute URI of visible ASCII characters";
        if (text.Contains('*', StringComparison.Ordinal)) return "must not contain a wildcard: redirect URIs are compared as exact texts";
        if (text.Contains('#', StringComparison.Ordinal)) return "must not have a fragment";
        // A bare path would count as an absolute file URI on Unix.
        if (!text.Contains(':', StringComparison.Ordinal) || text.StartsWith('/') || !Uri.TryCreate(text, UriKind.Absolute, out var uri)) return "must be an absolute URI";
        if (uri.UserInfo.Length > 0) return "must not contain a user name";
        if (QueryNames(uri).Contains("iss", StringComparer.OrdinalIgnoreCase)) return "must not have a parameter iss, which answers carry (RFC 9207)";
        return uri.Scheme switch
        {
            "https" => null,
            "http" when IsLoopback(uri) => null,
            "http" => "must be https; http is for loopback addresses only",
            _ when !native => "must be https; a private-use scheme needs application_type native",
            // RFC 8252 section 7.1: a domain name of the app's owner, reversed. It also keeps javascript, data and file out.
            _ when !uri.Scheme.Contains('.', StringComparison.Ordinal) => "must use a scheme in reverse-domain form, such as com.example.app",
            _ => null,
        };
    }

    private static bool IsLoopback(Uri uri) => uri.Host == "localhost" || (IPAddress.TryParse(uri.Host, out var address) && IPAddress.IsLoopback(address));

    private static IEnumerable<string> QueryNames(Uri uri) => uri.Query.TrimStart('?').Split('&').Select(p => Uri.UnescapeDataString(p.Split('=')[0]));
}
