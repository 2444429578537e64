using System.Text.Json;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Metadata;

/// <summary>
/// How a client proves itself, beyond the method: RFC 7591 section 2, OpenID Connect Dynamic Client Registration section 2.
/// </summary>
public sealed record ProofMetadata
{
    /// <summary>The only algorithm of the client's assertions; null: any that its keys allow.</summary>
    public string? AssertionAlgorithm { get; init; }
}

/// <summary>Reads <see cref="ProofMetadata"/>, and states the rules about methods and keys.</summary>
internal static class ProofRules
{
    private const string MethodMember = "token_endpoint_auth_method", AlgorithmMember = "token_endpoint_auth_signing_alg";

    public static ProofMetadata Read(JsonMembers read) => new() { AssertionAlgorithm = read.Text(AlgorithmMember, 50) };

    public static void Check(ClientMetadata client, JsonElement json, ICollection<MetadataProblem> problems)
    {
        var method = client.TokenEndpointAuthMethod;
        if (method == "client_secret_jwt")
        {
            problems.Add(new(
                MethodMember, "client_secret_jwt is not offered: this server would have to keep the secret in a form that can be read; use "
                    + "private_key_jwt"));
        }
        else if (!ClientAuthMethods.All.Contains(method))
        {
            problems.Add(new(MethodMember, $"must be one of {string.Join(", ", ClientAuthMethods.All)}"));
        }
        if (json.TryGetProperty("client_secret", out _) && !ClientAuthMethods.UsesSecret(method))
        {
            problems.Add(new("client_secret", $"must be left out: token_endpoint_auth_method is {method}"));
        }
        if (client.Proof.AssertionAlgorithm is { } algorithm && !ClientSignatures.Algorithms.Contains(algorithm))
        {
            problems.Add(new(AlgorithmMember, $"must be one of {string.Join(", ", ClientSignatures.Algorithms)}"));
        }
        CheckKeys(client, method, problems);
    }

    private static void CheckKeys(ClientMetadata client, string method, ICollection<MetadataProblem> problems)
    {
        if (client.Jwks is { } jwks) KeySetRules.Check(jwks, problems);
        if (client.Jwks is not null && client.JwksUri is not null)
        {
            problems.Add(new("jwks_uri", "must not stand beside jwks (RFC 7591 section 2)"));
        }
        if (method == ClientAuthMethods.PrivateKeyJwt && client is { Jwks: null, JwksUri: null })
        {
            problems.Add(new(MethodMember, "private_key_jwt needs the client's public keys in jwks, or their address in jwks_uri"));
        }
    }
}
