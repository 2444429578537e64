using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Details;
using AuthServer.Protocol.Errors;
using static OpenIddict.Server.OpenIddictServerEvents;
using Library = OpenIddict.Server.OpenIddictServerHandlers.Authentication;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol.PushedAuthorization;

public static class PushedAuthorizationSetup
{
    public static void AddPushedAuthorization(this OpenIddictServerBuilder server)
    {
        server.Services.AddSingleton<PushedRequests>().AddSingleton<AuthorizationDetails>();
        AddEndpoint(server);
        server.AddEventHandler<ExtractAuthorizationRequestContext>(h => h.UseScopedHandler<PushedRequestIntake>()
            .SetOrder(Web.ExtractGetOrPostRequest<ExtractAuthorizationRequestContext>.Descriptor.Order + 500));
        // PushedRequestIntake asks before, when it is still known whether the request was pushed.
        server.RemoveEventHandler(Library.ValidatePushedAuthorizationRequestsRequirement.Descriptor);
        server.AddEventHandler<ValidateAuthorizationRequestContext>(h => h.UseSingletonHandler<RequestedDetails>()
            .SetOrder(Library.ValidateEndpointPermissions.Descriptor.Order + 500));
        server.AddEventHandler<ApplyAuthorizationResponseContext>(h => h.UseSingletonHandler<PushedRequestEnd>()
            .SetOrder(Library.InferResponseMode.Descriptor.Order + 600));
    }

    /// <summary>
    /// RFC 9126 section 2.1: the client first, then its request, by the rules of the authorization endpoint; OpenIddict has the other
    /// rules.
    /// </summary>
    private static void AddEndpoint(OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(Web.ExtractPostRequest<ExtractPushedAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler<ExtractPushedAuthorizationRequestContext>(
            h => h.UseSingletonHandler<FormIntake<ExtractPushedAuthorizationRequestContext>>()
                .SetOrder(Web.ExtractPostRequest<ExtractPushedAuthorizationRequestContext>.Descriptor.Order));
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(
            h => h.UseSingletonHandler<ClientAuthenticationHandler>().SetOrder(int.MinValue + 40_000));
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(
            h => h.UseScopedHandler<AuthorizationScopes>().SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(h => h.UseSingletonHandler<AuthorizationParameters>()
            .SetOrder(Library.ValidatePushedClientRedirectUri.Descriptor.Order + 500));
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(h => h.UseSingletonHandler<AuthorizationPermissions>()
            .SetOrder(Library.ValidatePushedEndpointPermissions.Descriptor.Order));
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(h => h.UseSingletonHandler<RequestedDetails>()
            .SetOrder(Library.ValidatePushedEndpointPermissions.Descriptor.Order + 500));
        server.RemoveEventHandler(Library.ValidatePushedClientIdParameter.Descriptor);
        server.RemoveEventHandler(Library.ValidatePushedAudienceParameter.Descriptor);
        server.RemoveEventHandler(Library.ValidatePushedEndpointPermissions.Descriptor);
        server.RemoveEventHandler(Library.ValidatePushedGrantTypePermissions.Descriptor);
        server.RemoveEventHandler(Library.ValidatePushedResponseTypePermissions.Descriptor);
        server.RemoveEventHandler(Library.ValidatePushedProofKeyForCodeExchangeRequirement.Descriptor);
        server.AddEventHandler<HandlePushedAuthorizationRequestContext>(
            h => h.UseScopedHandler<PushedAuthorizationEndpoint>().SetOrder(100_000));
    }
}
