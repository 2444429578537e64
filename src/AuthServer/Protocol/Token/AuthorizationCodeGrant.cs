using AuthServer.Audit;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Authorization;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.1.3: redeems a code once and opens the client session, in one transaction.</summary>
public sealed class AuthorizationCodeGrant(
    SqlRunner sql, AuthorizationCodes codes, ClientSessions sessions, SessionEnding ending, SessionTokens tokens)
    : ITokenGrant
{
    public async ValueTask<GrantAnswer> DecideAsync(GrantRequest request)
    {
        // A caller who goes away must not leave a code half redeemed: the transaction decides, not the connection.
        var stop = CancellationToken.None;
        var stored = request.Code!;
        var code = stored.Content;
        var caller = Caller.Of(request.Http);

        var (redeemed, opened) = await RedeemAsync(stored, caller, stop);
        if (!redeemed)
        {
            // RFC 6749 section 4.1.2: a code used twice may have been stolen; what it gave ends.
            await ending.EndAsync(code.SessionId, EndReason.CodeReplayed, caller, stop);
            return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The authorization code has been used or has expired. Start a new authorization request.");
        }
        if (opened is not var (session, refreshToken))
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The person has signed out since. Start a new authorization request.");
        }

        var resources = request.Resources.IsEmpty ? code.Resources : request.Resources;
        return await tokens.GrantAsync(session, request.Client, code.Scopes, resources, refreshToken, code.Nonce, stop);
    }

    private async Task<(bool Redeemed, (GrantedSession Session, RefreshToken? Token)? Opened)> RedeemAsync(StoredCode stored, Caller caller, CancellationToken stop)
    {
        var code = stored.Content;
        var redemption = new Redemption(stored.RowId, Guid.CreateVersion7());
        var transaction = sql.Together();
        codes.Redeem(transaction, redemption);
        var offline = code.Scopes.Contains(Scopes.OfflineAccess);
        var opened = await sessions.OpenAsync(
            transaction, redemption, new(code.SessionId, code.Joins, code.UserId, code.BrowserSessionId, code.ClientId, code.AuthorizationId,
                string.Join(' ', code.Scopes), string.Join(' ', code.Resources), offline, code.RequestedClaims), caller, stop);
        return (transaction.Written[0] == 1, opened);
    }
}
