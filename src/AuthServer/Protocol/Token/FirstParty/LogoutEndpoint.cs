using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>POST /v1/auth/logout with a refresh token: ends its session. The client has been judged, and the token is one of ours.</summary>
public sealed class LogoutEndpoint(AuthDbContext db, SessionEnding ending, TimeProvider time) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        if (FirstPartyCall.Of(context.Transaction) is null) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key) is not { SessionId: var id })
        {
            context.Reject(OAuthErrors.InvalidGrant, "This is another kind of token. Send an access token in the Authorization header.");
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var row = await db.Sessions.Where(s => s.Id == id && s.Kind == SessionKind.Client)
            .Select(s => new { s.ClientId, s.ExpiresAt }).FirstOrDefaultAsync(http.RequestAborted);
        if (row is not null && row.ClientId != context.Request.ClientId)
        {
            if (row.ExpiresAt > now) context.Reject(OAuthErrors.InvalidGrant, "The refresh token belongs to another client. Name it in client_id.");
            return;
        }

        if (row is not null) await ending.EndAsync(id, EndReason.SignedOut, Caller.Of(http), CancellationToken.None);
    }
}
