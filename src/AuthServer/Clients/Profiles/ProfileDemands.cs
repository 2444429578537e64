using AuthServer.Clients.Metadata;
using AuthServer.Keys;

namespace AuthServer.Clients.Profiles;

/// <summary>What a profile makes of a registration: each member that the profile decides is as if it stood there.</summary>
public static class ProfileDemands
{
    public static ClientMetadata Raise(ClientMetadata client, SecurityProfile profile) => profile switch
    {
        SecurityProfile.OAuth21 => client with { RequirePkce = true },
        SecurityProfile.Fapi2 => Fapi(client),
        SecurityProfile.Fapi2MessageSigning => Fapi(client) is var raised
            ? raised with { Requests = raised.Requests with { MustBeSigned = true, ResponseMustBeSigned = true } } : client,
        _ => client,
    };

    /// <summary>What an app has to do under a profile that its registration alone does not demand, in words.</summary>
    public static IEnumerable<string> ChangesFor(ClientMetadata client, SecurityProfile profile)
    {
        var raised = Raise(client, profile);
        if (client.ResponseTypes.Contains("code"))
        {
            if (raised.MustUsePkce && !client.MustUsePkce) yield return "sends code_challenge (S256) and code_verifier (PKCE)";
            if (raised.Requests.MustBePushed && !client.Requests.MustBePushed) yield return "pushes its authorization requests (PAR)";
            if (raised.Requests.MustBeSigned && !client.Requests.MustBeSigned) yield return "signs them (a request object in request)";
            if (raised.Requests.ResponseMustBeSigned) yield return "asks for a signed response (response_mode jwt) and verifies it";
        }
        if (client.GrantTypes.Contains(GrantNames.Ciba)
            && raised.Requests.MustBeSigned && client is { Requests.MustBeSigned: false, Ciba.RequestSigningAlg: null })
        {
            yield return "signs its CIBA requests (a request object in request)";
        }
        if (raised.Sender.DPoPBoundAccessTokens && !client.Sender.DPoPBoundAccessTokens)
        {
            yield return "sends a DPoP proof with each token request, and uses its tokens with one";
        }
        if (SecurityProfiles.IsFapi(profile))
        {
            if (client.IdTokenSignedResponseAlg != raised.IdTokenSignedResponseAlg) yield return "verifies ID tokens signed with ES256";
            if (client.TokenEndpointAuthMethod == ClientAuthMethods.PrivateKeyJwt || raised.Requests.MustBeSigned)
            {
                yield return $"signs with {ProfileRequests.FapiAlgorithms}, for the issuer as the one aud";
            }
        }
    }

    // FAPI 2.0 Security Profile sections 5.3.2.1, 5.3.2.2 and 5.4.1.
    private static ClientMetadata Fapi(ClientMetadata client) => client with
    {
        RequirePkce = true,
        ClientAssertionAudience = AssertionAudiences.Issuer,
        IdTokenSignedResponseAlg = RingKeys.Es256,
        AccessTokenSignedResponseAlg = RingKeys.Es256,
        Requests = client.Requests with { MustBePushed = true, ResponseSigningAlg = RingKeys.Es256 },
        Sender = client.Sender with { DPoPBoundAccessTokens = client.Sender.DPoPBoundAccessTokens
            || !client.Sender.CertificateBoundAccessTokens },
        Tokens = client.Tokens with
        {
            UserInfoSignedResponseAlg = client.Tokens.UserInfoSignedResponseAlg is null ? null : RingKeys.Es256,
            IntrospectionSignedResponseAlg = RingKeys.Es256,
        },
    };
}
