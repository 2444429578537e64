using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Ends the session whose cookie a login overwrites: its token would be lost, and the session would live on for weeks.</summary>
public sealed class ReplacedSession(AuthDbContext db, RefreshCookie cookie, RefreshTokens tokens, SessionEnding ending)
{
    public async Task EndAsync(HttpContext http, string clientId, Caller caller)
    {
        if (cookie.Read(http) is not { } left || tokens.Read(left) is not { SessionId: var id }) return;
        // Only the client's own.
        if (!await db.Sessions.AnyAsync(s => s.Id == id && s.ClientId == clientId, CancellationToken.None)) return;
        await ending.EndAsync(id, EndReason.Switched, caller, CancellationToken.None);
    }
}
