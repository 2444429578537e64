using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Errors;
using static OpenIddict.Server.OpenIddictServerEvents;
using Library = OpenIddict.Server.OpenIddictServerHandlers;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol.EndSession;

internal static class EndSessionSetup
{
    /// <summary>Says which handlers answer the end-session endpoint.</summary>
    public static void AddEndSession(this OpenIddictServerBuilder server)
    {
        // The way back is judged with the hint, by the endpoint; an address that is not registered does not keep people signed in.
        server.RemoveEventHandler(Library.Session.ValidateClientPostLogoutRedirectUri.Descriptor);
        server.RemoveEventHandler(Library.Session.ValidateAuthorizedParty.Descriptor);
        server.RemoveEventHandler(Library.Session.ValidateEndpointPermissions.Descriptor);
        server.AddEventHandler<ValidateEndSessionRequestContext>(h => h.UseSingletonHandler<EndSessionPermissions>()
            .SetOrder(Library.Session.ValidateEndpointPermissions.Descriptor.Order));
        server.AddEventHandler<ProcessAuthenticationContext>(h => h.UseSingletonHandler<UnverifiedHint>()
            .SetOrder(Library.EvaluateValidatedTokens.Descriptor.Order + 500));
        server.AddEventHandler<ExtractEndSessionRequestContext>(h => h.UseSingletonHandler<PostedRequest<ExtractEndSessionRequestContext>>()
            .SetOrder(int.MinValue + 50_000));
        server.AddEventHandler<HandleEndSessionRequestContext>(h => h.UseScopedHandler<EndSessionEndpoint>().SetOrder(100_000));
        server.AddEventHandler<ApplyEndSessionResponseContext>(h => h.UseScopedHandler<ErrorPages<ApplyEndSessionResponseContext>>()
            .SetOrder(Web.ProcessJsonResponse<ApplyEndSessionResponseContext>.Descriptor.Order - 500));
    }
}
