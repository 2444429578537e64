namespace AuthServer.Clients.Metadata;

/// <summary>The algorithms that a registration may ask tokens to be signed with.</summary>
internal static class SigningAlgorithms
{
    /// <returns>Null for one of them, and where none is named.</returns>
    public static string? Fault(string? algorithm) =>
        algorithm is null or "RS256" or "ES256" ? null : "must be RS256 or ES256, the algorithms of the server's keys";
}
