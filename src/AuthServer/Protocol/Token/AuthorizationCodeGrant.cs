using AuthServer.Audit;
using AuthServer.Clients;
using AuthServer.Data;
using AuthServer.Protocol.Authorization;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.1.3: redeems a code once and opens the client session, in one transaction.</summary>
public sealed class AuthorizationCodeGrant(
    AuthDbContext db, AuthorizationCodes codes, ClientSessions sessions, SessionEnding ending, ClientDirectory clients, SessionTokens tokens)
    : ITokenGrant
{
    public string GrantType => GrantTypes.AuthorizationCode;

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        // A caller who goes away must not leave a code half redeemed: the transaction decides, not the connection.
        var stop = CancellationToken.None;
        var stored = context.Transaction.GetProperty<StoredCode>(CodeIntake.Key)!;
        var code = stored.Content;
        var caller = Caller.Of(http);

        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await codes.TryRedeemAsync(stored.RowId, stop))
        {
            await transaction.RollbackAsync(stop);
            // RFC 6749 section 4.1.2: a code used twice may have been stolen; what it gave ends.
            await ending.EndAsync(code.SessionId, EndReason.CodeReplayed, caller, stop);
            context.Reject(OAuthErrors.InvalidGrant, "The authorization code has been used or has expired. Start a new authorization request.");
            return;
        }

        var offline = code.Scopes.Contains(Scopes.OfflineAccess);
        var opened = await sessions.OpenAsync(
            new(code.SessionId, code.Joins, code.UserId, code.BrowserSessionId, code.ClientId, code.AuthorizationId,
                string.Join(' ', code.Scopes), string.Join(' ', code.Resources), offline, code.RequestedClaims), caller, stop);
        await transaction.CommitAsync(stop);
        if (opened is not var (session, refreshToken))
        {
            context.Reject(OAuthErrors.InvalidGrant, "The person has signed out since. Start a new authorization request.");
            return;
        }

        var client = (await clients.FindAsync(code.ClientId, stop))!;
        var asked = context.Request.GetResources() is { IsEmpty: false } narrowed ? narrowed : code.Resources;
        await tokens.SignInAsync(context, session, client, code.Scopes, asked, refreshToken, code.Nonce, stop);
    }
}
