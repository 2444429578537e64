using System.Text;
using AuthServer.Clients.Registration;

namespace AuthServer.Clients.Documents;

/// <summary>Client ids that are addresses of documents (draft-ietf-oauth-client-id-metadata-document, section 3).</summary>
public static class DocumentAddress
{
    /// <summary>In characters.</summary>
    public const int Longest = ClientRegistration.LongestClientId;

    /// <summary>
    /// The address, where it is one as the draft wants it: https, a host with a name, a path, without user, fragment and dot segments.
    /// Otherwise what is wrong with it.
    /// </summary>
    /// <remarks>
    /// It must be written as URLs are normalised, as clients should (section 3 of the draft). Otherwise one document would answer for many
    /// client ids, and a list of domains would have to know each spelling.
    /// </remarks>
    public static (Uri? Address, string? Fault) Read(string clientId)
    {
        if (!clientId.StartsWith("https://", StringComparison.Ordinal)) return (null, "it is not https");
        if (clientId.Length > Longest) return (null, $"it has more than {Longest} characters: publish the document at a shorter address");
        // A name with other letters is written in its ASCII form, which people see too.
        if (!Ascii.IsValid(clientId) || !Uri.TryCreate(clientId, UriKind.Absolute, out var uri) || uri.AbsoluteUri != clientId)
        {
            return (
                null, "it is not written as addresses are normalised: host in lower case, no default port, nothing encoded without need");
        }

        // "https://@host/" has an empty user, which the parsed address does not show.
        var authority = clientId.AsSpan("https://".Length);
        authority = authority[..authority.IndexOf('/')];
        if (authority.Contains('@')) return (null, "it has a user in it");
        if (uri.HostNameType != UriHostNameType.Dns || uri.Host.EndsWith('.')) return (null, "its host is no name");
        if (clientId.Contains('#', StringComparison.Ordinal)) return (null, "it has a fragment");
        return uri.AbsolutePath.Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or "..")
            ? (null, "its path has dot segments") : (uri, null);
    }
}
