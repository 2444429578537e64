using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Ends the session of a refresh token; the client has been judged, and the token is one of ours.</summary>
public sealed class SessionLogout(AuthDbContext db, SessionEnding ending, TimeProvider time)
{
    /// <returns>Null when the session has ended, now or before.</returns>
    public async Task<GrantAnswer.Refused?> EndAsync(HttpContext http, RegisteredClient client, RefreshToken token)
    {
        var row = await db.Sessions.Where(s => s.Id == token.SessionId && s.Kind == SessionKind.Client)
            .Select(s => new { s.ClientId, s.ExpiresAt }).FirstOrDefaultAsync(http.RequestAborted);
        if (row is null) return null;
        if (row.ClientId != client.ClientId)
        {
            return row.ExpiresAt > time.GetUtcNow().UtcDateTime
                ? new(OAuthErrors.InvalidGrant, "The refresh token belongs to another client. Name it in client_id.")
                : null;
        }

        await ending.EndAsync(token.SessionId, EndReason.SignedOut, Caller.Of(http), CancellationToken.None);
        return null;
    }
}
