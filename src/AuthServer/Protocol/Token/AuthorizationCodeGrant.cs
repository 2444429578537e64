using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Authorization;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.1.3: redeems a code once and opens the client session, in one transaction.</summary>
public sealed class AuthorizationCodeGrant(
    SqlRunner sql, AuthorizationCodes codes, ClientSessions sessions, SessionEnding ending, SessionTokens tokens, OpenedSessions opened)
    : ITokenGrant
{
    public async ValueTask<GrantAnswer> DecideAsync(GrantRequest request)
    {
        // A caller who goes away must not leave a code half redeemed: the transaction decides, not the connection.
        var stop = CancellationToken.None;
        var stored = request.Code!;
        var code = stored.Content;
        var caller = Caller.Of(request.Http);
        switch (await RedeemAsync(stored, caller, stop))
        {
            case CodeRedemption.ReplayedCode:
                // RFC 6749 section 4.1.2: a code used twice may have been stolen; the session that it opened ends.
                await ending.EndAsync(code.SessionId, EndReason.CodeReplayed, caller, stop);
                return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The authorization code has been used before. Start a new authorization request.");
            case CodeRedemption.ExpiredCode:
                return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The authorization code has expired. Start a new authorization request.");
            case CodeRedemption.Redeemed(var session, var refreshToken):
                return await tokens.GrantAsync(session, request.Client, code.Scopes, request.Resources, refreshToken, code.Nonce, stop);
            default:
                return new GrantAnswer.Refused(OAuthErrors.InvalidGrant, "The person has signed out since. Start a new authorization request.");
        }
    }

    private async Task<CodeRedemption> RedeemAsync(StoredCode stored, Caller caller, CancellationToken stop)
    {
        var code = stored.Content;
        var redemption = new Redemption(stored.RowId, Guid.CreateVersion7());
        var batch = sql.Together();
        var redeemed = codes.Redeem(batch, redemption);
        var opening = sessions.Open(
            batch, redemption, new(code.SessionId, code.Joins, code.UserId, code.BrowserSessionId, code.ClientId, code.AuthorizationId,
                string.Join(' ', code.Scopes), string.Join(' ', code.Resources), code.Scopes.Contains(Scopes.OfflineAccess), code.RequestedClaims), caller);
        await batch.RunAsync(stop);

        if (redeemed.Written == 0) return await codes.WasRedeemedAsync(stored.RowId, stop) ? new CodeRedemption.ReplayedCode() : new CodeRedemption.ExpiredCode();
        if (opening.Session.Row is not { } session) return new CodeRedemption.SignedOutMeanwhile();
        if (!code.Joins) opened.Add(SessionKind.Client, code.UserId);
        return new CodeRedemption.Redeemed(session, opening.Token);
    }
}
