using System.Text.Json;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;
using AuthServer.Keys;

namespace AuthServer.Clients.Profiles;

/// <summary>What a registration must not say under each profile; each fault says what to write instead.</summary>
/// <remarks>What a registration leaves unsaid is no fault: <see cref="ProfileDemands"/> fills it in.</remarks>
public static class ProfileRules
{
    private const string Pkce = "require_pkce", Pushed = "require_pushed_authorization_requests", Signed = "require_signed_request_object";

    // FAPI 2.0 Security Profile section 5.4.1: of the server's own algorithms, ES256 alone.
    private static readonly string[] OfServer =
    [
        "id_token_signed_response_alg", "access_token_signed_response_alg", "authorization_signed_response_alg",
        TokenMetadata.UserInfoMember, TokenMetadata.IntrospectionMember,
    ];

    /// <summary>Reads metadata as a caller gives it, by the rules of all clients and by those of its profile.</summary>
    /// <param name="fallback">The server's setting, for a client that names none.</param>
    internal static ClientMetadata Read(JsonElement json, SecurityProfile fallback, ICollection<MetadataProblem> problems)
    {
        var before = problems.Count;
        var metadata = ClientMetadataReader.Read(json, problems);
        if (problems.Count == before)
        {
            var profile = metadata.Profile ?? SecurityProfiles.OfUnnamed(fallback, metadata.IsPublic);
            foreach (var fault in FaultsOf(metadata, profile)) problems.Add(fault);
        }
        return metadata;
    }

    public static IEnumerable<MetadataProblem> FaultsOf(ClientMetadata client, SecurityProfile profile) => profile switch
    {
        SecurityProfile.OidcBasic => OfOidcBasic(client),
        SecurityProfile.OAuth21 => OfOAuth21(client),
        SecurityProfile.Fapi2 => OfFapi(client),
        _ => [.. OfFapi(client), .. OfMessageSigning(client)],
    };

    private static IEnumerable<MetadataProblem> OfOidcBasic(ClientMetadata client)
    {
        if (client.IsPublic)
        {
            yield return new(
                "token_endpoint_auth_method", "must not be none: oidc-basic is for clients that authenticate. A public client has PKCE: "
                    + "take the profile oauth2.1");
        }
    }

    private static IEnumerable<MetadataProblem> OfOAuth21(ClientMetadata client)
    {
        if (client.RequirePkce is false)
        {
            yield return new(
                Pkce, "must not be false: oauth2.1 wants PKCE of every client (section 4.1.1). Take the member away, or take the profile "
                    + "oidc-basic where the app cannot");
        }
    }

    private static IEnumerable<MetadataProblem> OfFapi(ClientMetadata client)
    {
        // FAPI 2.0 Security Profile section 5.3.2.1, numbers 3 and 6.
        if (client.IsPublic || ClientAuthMethods.UsesSecret(client.TokenEndpointAuthMethod))
        {
            yield return new(
                "token_endpoint_auth_method", $"must not be {client.TokenEndpointAuthMethod}: fapi2 takes private_key_jwt, with jwks or "
                    + "jwks_uri, and certificates, with tls_client_auth or self_signed_tls_client_auth");
        }
        // Number 2.
        if (client.GrantTypes.Contains(GrantNames.Login))
        {
            yield return new(
                "grant_types", $"must not have {GrantNames.Login}: fapi2 lets no app ask for passwords. Use authorization_code");
        }
        if (client.ClientAssertionAudience != AssertionAudiences.Issuer)
        {
            yield return new(
                "client_assertion_audience", "must be issuer: fapi2 takes assertions for the issuer alone (section 5.3.2.1, number 8)");
        }
        // FAPI-CIBA section 5.2.2: whoever is sent tokens unasked has proved no key that they could be bound to.
        if (client.Ciba.Delivery == CibaDelivery.Push)
        {
            yield return new(CibaMetadata.DeliveryMember, "must not be push: fapi2 binds tokens. Use ping");
        }
        foreach (var fault in OfFapiRequests(client)) yield return fault;
        foreach (var fault in OfFapiSignatures(client)) yield return fault;
        // Numbers 4 and 5.
        if (!client.Sender.CertificateBoundAccessTokens && IsFalse(client, SenderMetadata.DPoPMember))
        {
            yield return new(
                SenderMetadata.DPoPMember, "must not be false: fapi2 binds tokens. Take the member away, or set "
                    + $"{SenderMetadata.CertificateMember} to true");
        }
    }

    private static IEnumerable<MetadataProblem> OfFapiRequests(ClientMetadata client)
    {
        // Section 5.3.2.2, numbers 3 and 5.
        if (client.RequirePkce is false) yield return new(Pkce, "must not be false: fapi2 wants PKCE. Take the member away");
        if (IsFalse(client, Pushed)) yield return new(Pushed, "must not be false: fapi2 wants pushed requests. Take the member away");
        // Number 8; http is left to native apps on loopback.
        for (var i = 0; i < client.RedirectUris.Length; i++)
        {
            var uri = client.RedirectUris[i];
            if (RedirectUris.IsClaimed(uri) || (client.ApplicationType == "native" && LoopbackAddress.Is(uri))) continue;
            yield return new(
                $"redirect_uris[{i}]", "must be https: fapi2 leaves http to native apps on loopback", MetadataProblem.InvalidRedirectUri);
        }
    }

    private static IEnumerable<MetadataProblem> OfFapiSignatures(ClientMetadata client)
    {
        foreach (var member in OfServer)
        {
            if (TextOf(client, member) is { } algorithm && algorithm != RingKeys.Es256)
            {
                yield return new(member, $"must be {RingKeys.Es256}: fapi2 takes no {algorithm} (section 5.4.1). Left out, it is that");
            }
        }
        foreach (var member in new[] { "token_endpoint_auth_signing_alg", "request_object_signing_alg", CibaMetadata.SigningAlgMember })
        {
            if (TextOf(client, member) is { } algorithm && !ProfileRequests.MaySignWith(SecurityProfile.Fapi2, algorithm))
            {
                yield return new(member, $"must be {ProfileRequests.FapiAlgorithms}: fapi2 takes no {algorithm} (section 5.4.1)");
            }
        }
        if (client.Jwks is { } jwks && ClientKeySet.Of(jwks) is { } known && !known.Keys.Any(IsForFapi))
        {
            yield return new("jwks", $"has no key for {ProfileRequests.FapiAlgorithms}: add one of RSA, P-256 or Ed25519");
        }
    }

    private static IEnumerable<MetadataProblem> OfMessageSigning(ClientMetadata client)
    {
        // FAPI 2.0 Message Signing section 5.3.1.
        if (IsFalse(client, Signed)) yield return new(Signed, "must not be false: requests are signed. Take the member away");
        if (client is { Jwks: null, JwksUri: null }
            && (client.ResponseTypes.Contains("code") || client.GrantTypes.Contains(GrantNames.Ciba)))
        {
            yield return new("jwks", "is missing: the app signs its requests. Register its public keys in jwks or jwks_uri");
        }
    }

    private static bool IsForFapi(ClientKey key) => key.Use is null or "sig"
        && (key.Algorithm is not { } algorithm || ProfileRequests.MaySignWith(SecurityProfile.Fapi2, algorithm))
        && (SignedText.Text(key.Json, "kty") == "RSA" || SignedText.Text(key.Json, "crv") is "P-256" or "Ed25519");

    private static bool IsFalse(ClientMetadata client, string member) =>
        client.Json.TryGetPropertyValue(member, out var value) && value?.GetValueKind() == JsonValueKind.False;

    private static string? TextOf(ClientMetadata client, string member) =>
        client.Json.TryGetPropertyValue(member, out var value) && value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
            : null;
}
