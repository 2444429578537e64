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

    /// <summary>The name in the client's certificate; of several the first one, which the rules refuse.</summary>
    public CertificateSubject? TlsSubject { get; init; }
}

/// <summary>Reads <see cref="ProofMetadata"/>, and states the rules about methods and keys.</summary>
internal static class ProofRules
{
    private const string MethodMember = "token_endpoint_auth_method", AlgorithmMember = "token_endpoint_auth_signing_alg";

    // RFC 8705 section 2.1.2.
    private static readonly (string Member, CertificateName Name)[] SubjectMembers =
    [
        ("tls_client_auth_subject_dn", CertificateName.SubjectDn), ("tls_client_auth_san_dns", CertificateName.Dns),
        ("tls_client_auth_san_uri", CertificateName.Uri), ("tls_client_auth_san_ip", CertificateName.Ip),
        ("tls_client_auth_san_email", CertificateName.Email),
    ];

    /// <summary>The members that name what stands in the certificate of a client.</summary>
    public static IEnumerable<string> OfCertificates => SubjectMembers.Select(known => known.Member);

    public static ProofMetadata Read(JsonMembers read) => new()
    {
        AssertionAlgorithm = read.Text(AlgorithmMember, 50),
        TlsSubject = SubjectMembers
            .Select(known => read.Text(known.Member, 1000) is { } value ? new CertificateSubject(known.Name, value) : null)
            .OfType<CertificateSubject>().FirstOrDefault(),
    };

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
        CheckSubject(client.Proof, method, json, problems);
    }

    private static void CheckSubject(
        ProofMetadata proof, string method, JsonElement json, ICollection<MetadataProblem> problems)
    {
        var named = SubjectMembers.Where(known => json.TryGetProperty(known.Member, out _)).ToList();
        if (method == ClientAuthMethods.Tls && named.Count != 1)
        {
            problems.Add(new(
                MethodMember, $"{method} needs exactly one of {string.Join(", ", SubjectMembers.Select(known => known.Member))} "
                    + "(RFC 8705 section 2.1.2)"));
        }
        else if (method != ClientAuthMethods.Tls && named.Count > 0)
        {
            problems.Add(new(named[0].Member, $"is for the token_endpoint_auth_method {ClientAuthMethods.Tls}"));
        }
        else if (proof.TlsSubject?.Fault is { } fault) problems.Add(new(named[0].Member, fault));
    }

    private static void CheckKeys(ClientMetadata client, string method, ICollection<MetadataProblem> problems)
    {
        if (client.Jwks is { } jwks) KeySetRules.Check(jwks, problems);
        if (client.Jwks is not null && client.JwksUri is not null)
        {
            problems.Add(new("jwks_uri", "must not stand beside jwks (RFC 7591 section 2)"));
        }
        if (method == ClientAuthMethods.SelfSignedTls && client is { JwksUri: null } && !HasCertificate(client.Jwks))
        {
            problems.Add(new(MethodMember, $"{method} needs the client's certificate as x5c of a key in jwks, or jwks_uri"));
        }
        if (method == ClientAuthMethods.PrivateKeyJwt && client is { Jwks: null, JwksUri: null })
        {
            problems.Add(new(MethodMember, "private_key_jwt needs the client's public keys in jwks, or their address in jwks_uri"));
        }
    }

    private static bool HasCertificate(JsonElement? jwks) =>
        jwks is { } keys && ClientKeySet.Of(keys) is { } known && known.Keys.Any(key => key.Certificate is not null);
}
