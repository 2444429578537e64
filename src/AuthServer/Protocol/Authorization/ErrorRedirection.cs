using AuthServer.Clients.Directory;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Sends an error to the client's redirect URI once that is known to be registered (RFC 6749 section 4.1.2.1).</summary>
/// <remarks>OpenIddict shows every refused request on a page; the RFC reserves that for a bad client_id or redirect_uri.</remarks>
public sealed class ErrorRedirection(ClientDirectory clients) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.RedirectUri is not null || context.Response.Error is null) return;
        if (context.Request is not { ClientId: { Length: > 0 } clientId, RedirectUri: { Length: > 0 } redirectUri }) return;
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        // Of a registration that does not fit its profile, the address may be what does not.
        if (await clients.FindAsync(clientId, stop) is not { ProfileFault: null } client || !client.MayReturnTo(redirectUri)) return;
        context.RedirectUri = redirectUri;
        // What the request asked for, if it can be had; the default of the code flow otherwise.
        context.ResponseMode = context.Request.ResponseMode is { } mode
            && (mode is ResponseModes.Fragment or ResponseModes.FormPost || SignedResponse.Modes.Contains(mode))
            ? mode
            : ResponseModes.Query;
    }
}
