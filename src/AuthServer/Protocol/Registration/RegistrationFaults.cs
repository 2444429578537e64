using System.Collections.Immutable;
using AuthServer.Clients.Metadata;

namespace AuthServer.Protocol.Registration;

/// <summary>Problems of metadata as an error of RFC 7591 section 3.2.2.</summary>
internal static class RegistrationFaults
{
    private const int LongestDescription = 1000;

    /// <returns>Null where there is no problem.</returns>
    public static RegistrationResult.Refused? Of(ImmutableArray<MetadataProblem> problems)
    {
        if (problems.IsEmpty) return null;
        var error = problems.Any(p => p.Error == MetadataProblem.InvalidRedirectUri)
            ? MetadataProblem.InvalidRedirectUri : MetadataProblem.InvalidMetadata;
        // RFC 6749 section 5.2: visible ASCII without quote and backslash.
        var text = string.Join("; ", problems.Select(p => $"{p.Path} {p.Message}"));
        return new(error, string.Concat(text.Take(LongestDescription).Select(c => c is >= ' ' and <= '~' and not ('"' or '\\') ? c : '?')));
    }
}
