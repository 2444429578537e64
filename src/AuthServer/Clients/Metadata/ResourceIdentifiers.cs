namespace AuthServer.Clients.Metadata;

/// <summary>What may name a resource, in the registrations of resources, scopes and clients.</summary>
internal static class ResourceIdentifiers
{
    /// <summary>Of the identifier of a registered resource; the column holds as many characters.</summary>
    public const int Longest = 250;

    /// <returns>Null for an identifier that may be registered.</returns>
    public static string? Fault(string identifier)
    {
        // RFC 8707 section 2. Uri takes "/notes" for a file, so the scheme is asked for; stored lists of resources are separated by spaces.
        var isUri = Uri.TryCreate(identifier, UriKind.Absolute, out _) && Uri.CheckSchemeName(identifier.Split(':')[0])
            && identifier.All(c => c is > ' ' and <= '~' and not ('#' or '"' or '\\'));
        return isUri ? null : "must be an absolute URI without fragment, the audience of the API";
    }
}
