using AuthServer.Protocol.ClientProof;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>POST /v1/auth/logout with a refresh token, on the long way.</summary>
public sealed class LogoutEndpoint(SessionLogout logout) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (FirstPartyCall.Of(context.Transaction) is null) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var refused = context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key) is { } token
            ? await logout.EndAsync(http, ClientAuthenticationHandler.ClientOf(context.Transaction), token)
            : new(OAuthErrors.InvalidGrant, "This is another kind of token. Send an access token in the Authorization header.");
        if (refused is not null) context.Reject(refused.Error, refused.Description);
    }
}
