using System.Collections.Immutable;
using AuthServer.Configuration;

namespace AuthServer.Clients.Metadata;

/// <summary>Redirect URIs: which may be registered, and which of those asked for is a registered one.</summary>
public static class RedirectUris
{
    /// <summary>What is wrong with registering it, or null (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 4.1).</summary>
    public static string? Fault(string text, bool native)
    {
        if (!text.All(c => c is > ' ' and < '\x7f') || text.Contains('\\', StringComparison.Ordinal))
        {
            return "must be an absolute URI of visible ASCII characters";
        }
        if (text.Contains('*', StringComparison.Ordinal)) return "must not contain a wildcard: redirect URIs are compared as exact texts";
        if (text.Contains('#', StringComparison.Ordinal)) return "must not have a fragment";
        // A bare path would count as an absolute file URI on Unix.
        if (!text.Contains(':', StringComparison.Ordinal) || text.StartsWith('/') || !Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            return "must be an absolute URI";
        }
        if (uri.UserInfo.Length > 0) return "must not contain a user name";
        if (QueryNames(uri).Contains("iss", StringComparer.OrdinalIgnoreCase))
        {
            return "must not have a parameter iss, which answers carry (RFC 9207)";
        }
        return uri.Scheme switch
        {
            "https" => null,
            "http" when LoopbackAddress.Is(text) => null,
            "http" => "must be https; http is for localhost, 127.0.0.1 and [::1] only",
            _ when !native => "must be https; a private-use scheme needs application_type native",
            // RFC 8252 section 7.1: a domain name of the app's owner, reversed. It also keeps javascript, data and file out.
            _ when !uri.Scheme.Contains('.', StringComparison.Ordinal) =>
                "must use a scheme in reverse-domain form, such as com.example.app",
            _ => null,
        };
    }

    /// <summary>Whether the address asked for is one of the registered: the same text (RFC 9700 section 2.1).</summary>
    /// <param name="native">A native app chooses the port of its loopback address when it listens (RFC 8252 section 7.3), also where one
    /// was registered.</param>
    public static bool Match(ImmutableArray<string> registered, string asked, bool native)
    {
        if (registered.Contains(asked)) return true;
        // A program that listens at port 80 has the right to it, and writes no port.
        if (!native || LoopbackAddress.Read(asked) is not { Port: not ("" or "80") } wanted) return false;
        foreach (var text in registered)
        {
            if (LoopbackAddress.Read(text) is { } known && known.Origin == wanted.Origin && known.Rest == wanted.Rest) return true;
        }

        return false;
    }

    /// <summary>
    /// Whether the address proves which app it belongs to: https, where only the owner of the name answers (RFC 8252 section 7.2).
    /// </summary>
    public static bool IsClaimed(string redirectUri) => redirectUri.StartsWith("https://", StringComparison.Ordinal);

    /// <summary>Whether what listens there is a program on the person's own machine, by http or by https.</summary>
    public static bool IsOfThisMachine(string? redirectUri) => LoopbackAddress.Is(redirectUri)
        || (Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && LoopbackHost.Is(uri.Host));

    /// <summary>Where an answer goes: a request may leave the address out where there is one alone (RFC 6749 section 3.1.2.3).</summary>
    public static string? Meant(ImmutableArray<string> registered, string? asked) =>
        !string.IsNullOrEmpty(asked) ? asked : registered is [var only] ? only : null;

    /// <summary>Whose an address is, as far as it tells: the host, or the scheme of an app on the person's device.</summary>
    public static string? PlaceOf(string? redirectUri) => !Uri.TryCreate(redirectUri, UriKind.Absolute, out var uri) ? null
        : uri.Host.Length > 0 ? uri.IdnHost : uri.Scheme + ":";

    private static IEnumerable<string> QueryNames(Uri uri) =>
        uri.Query.TrimStart('?').Split('&').Select(p => Uri.UnescapeDataString(p.Split('=')[0]));
}
