using AuthServer.Keys;

namespace AuthServer.Clients.Metadata;

/// <summary>The algorithms that a registration may ask tokens to be signed with: those of the key ring.</summary>
internal static class SigningAlgorithms
{
    /// <returns>Null for one of them, and where none is named.</returns>
    public static string? Fault(string? algorithm) => algorithm is null or RingKeys.Rs256 or RingKeys.Es256
        ? null
        : $"must be {RingKeys.Rs256} or {RingKeys.Es256}, the algorithms of the server's keys";

    /// <summary>What is wrong with the choices of a client, each with the member that makes it.</summary>
    public static IEnumerable<MetadataProblem> FaultsOf(string idToken, string? accessToken)
    {
        if (Fault(idToken) is { } unknown) yield return new("id_token_signed_response_alg", unknown);
        if (Fault(accessToken) is { } unsigned) yield return new("access_token_signed_response_alg", unsigned);
    }
}
