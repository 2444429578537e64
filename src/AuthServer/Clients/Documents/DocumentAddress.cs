using System.Text;

namespace AuthServer.Clients.Documents;

/// <summary>Client ids that are addresses of documents (draft-ietf-oauth-client-id-metadata-document, section 3).</summary>
public static class DocumentAddress
{
    /// <summary>In characters.</summary>
    public const int Longest = 100;

    /// <summary>
    /// The address, where it is one as the draft wants it: https, a host with a name, a path, without user, fragment and dot segments.
    /// </summary>
    /// <remarks>
    /// It must be written as URLs are normalised, as clients should (section 3 of the draft). Otherwise one document would answer for many
    /// client ids, and a list of domains would have to know each spelling.
    /// </remarks>
    public static Uri? Read(string clientId)
    {
        // A name with other letters is written in its ASCII form, which people see too.
        if (!Ascii.IsValid(clientId)) return null;
        if (clientId.Length > Longest || !clientId.StartsWith("https://", StringComparison.Ordinal)) return null;
        if (!Uri.TryCreate(clientId, UriKind.Absolute, out var uri) || uri.AbsoluteUri != clientId) return null;
        // "https://@host/" has an empty user, which the parsed address does not show.
        var authority = clientId.AsSpan("https://".Length);
        authority = authority[..authority.IndexOf('/')];
        if (authority.Contains('@') || uri.HostNameType != UriHostNameType.Dns || uri.Host.EndsWith('.')) return null;
        if (clientId.Contains('#', StringComparison.Ordinal)) return null;
        return uri.AbsolutePath.Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or "..") ? null : uri;
    }
}
