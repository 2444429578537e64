using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Protocol.Token;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Revocation;

/// <summary>Revocation (RFC 7009): a client gives up a token, and with it the session that it belongs to.</summary>
/// <remarks>
/// Section 2.1 lets the revocation of an access token end its whole grant; here tokens of a session stand and fall together. No proof of
/// the key of a bound token is asked for: the specifications define none here, and whoever gives up a stolen token ends the theft.
/// </remarks>
public sealed class RevocationEndpoint(AuthDbContext db, SessionEnding ending) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        // LogoutEndpoint has answered.
        if (FirstPartyPaths.Of(http.Request.Path) != FirstPartyRoute.Standard) return;
        Guid? sessionId = context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key)?.SessionId;
        if (sessionId is null && Guid.TryParse(context.GenericTokenPrincipal!.GetClaim("sid"), out var sid)) sessionId = sid;
        if (sessionId is not { } id)
        {
            context.Reject(OAuthErrors.UnsupportedTokenType, "A token without a session cannot be revoked; it expires within 15 minutes.");
            return;
        }

        var clientId = context.Request.ClientId;
        var holder = await db.Sessions.Where(s => s.Id == id).Select(s => s.ClientId).FirstOrDefaultAsync(http.RequestAborted);
        if (holder == clientId) await ending.EndAsync(id, EndReason.Revoked, Caller.Of(http), CancellationToken.None);
        // Section 2.2.1: success would say that the token has ended.
        else if (holder is not null && context.Transaction.GetProperty<AccessToken>(AccessTokenIntake.Key)?.ClientId == clientId)
        {
            context.Reject(
                OAuthErrors.UnsupportedTokenType,
                "A token that was exchanged for another cannot be revoked alone; it ends with the session of that one.");
        }
    }
}
