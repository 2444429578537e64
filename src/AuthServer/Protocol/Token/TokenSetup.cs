using static OpenIddict.Server.OpenIddictServerEvents;
using Library = OpenIddict.Server.OpenIddictServerHandlers;

namespace AuthServer.Protocol.Token;

/// <summary>Takes the rules of the token endpoint from OpenIddict.</summary>
public static class TokenSetup
{
    /// <summary>
    /// Each of these rules is a class of this room that the grants call, on the plain way and on the long one (ADR 0010). Parameters that
    /// mean nothing to a grant are ignored (RFC 6749 section 3.2).
    /// </summary>
    public static void LeaveToGrants(this OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(Library.Exchange.ValidateGrantType.Descriptor);
        server.AddEventHandler<ValidateTokenRequestContext>(
            h => h.UseSingletonHandler<GrantTypePresence>().SetOrder(Library.Exchange.ValidateGrantType.Descriptor.Order));
        server.RemoveEventHandler(Library.Exchange.ValidateDeviceCodeParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateTokenExchangeParameters.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateClientIdParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateAuthorizationCodeParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateRefreshTokenParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateProofKeyForCodeExchangeParameters.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateScopeParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateAudienceParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateResourceParameter.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateScopes.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateEndpointPermissions.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateGrantTypePermissions.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateProofKeyForCodeExchangeRequirement.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateAuthorizedParty.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateRedirectUri.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateCodeVerifier.Descriptor);
        server.RemoveEventHandler(Library.Exchange.ValidateGrantedScopes.Descriptor);
    }
}
