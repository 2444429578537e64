using AuthServer.Clients.Directory;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.EndSession;

/// <summary>Asks whether a client that the request names may send people here.</summary>
public sealed class EndSessionPermissions(ClientDirectory clients) : IOpenIddictServerHandler<ValidateEndSessionRequestContext>
{
    public async ValueTask HandleAsync(ValidateEndSessionRequestContext context)
    {
        if (context.ClientId is not { Length: > 0 } clientId) return;
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        if (await clients.FindAsync(clientId, stop) is { } client && !ClientPermissions.MayCall(client, ClientPermissions.EndSession))
        {
            context.Reject(OAuthErrors.UnauthorizedClient, ClientPermissions.EndpointFault);
        }
    }
}
