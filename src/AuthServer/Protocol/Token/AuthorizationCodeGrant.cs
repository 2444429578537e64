using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Authorization;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.1.3: redeems a code once and opens the client session, in one transaction.</summary>
public sealed class AuthorizationCodeGrant(
    SqlRunner sql, AuthorizationCodes codes, ReadySigners signers, ClientSessions sessions, SessionTokens tokens,
    SessionOpeningCounter opened)
    : ITokenGrant<CodeGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(CodeGrantRequest request)
    {
        if (!AuthorizationCodes.HasForm(request.Code) || await codes.FindAsync(request.Code, request.Http.RequestAborted) is not { } stored)
        {
            return Invalid("The authorization code is not known.");
        }

        if (FaultOf(request, stored.Content) is { } fault) return fault;
        if (await tokens.FindFaultAsync(
            request, stored.Content.UserId, stored.Content.Scopes, stored.Content.Resources, request.Http.RequestAborted) is { } noTarget)
        {
            return noTarget;
        }

        if (SessionTokens.FindFaultOfDetails(request, stored.Content.RequestedClaims) is { } beyond) return beyond;
        await signers.RequireAsync(
            request, stored.Content.Scopes, stored.Content.Resources, request.GetsIdToken(stored.Content.Scopes));
        // A caller who goes away must not leave a code half redeemed: the transaction decides, not the connection.
        var stop = CancellationToken.None;
        var code = stored.Content;
        var caller = Caller.Of(request.Http);
        switch (await RedeemAsync(request, stored, caller, stop))
        {
            case CodeRedemptionResult.ReplayedCode:
                // RFC 6749 section 4.1.2: a code used twice may have been stolen; the session that it opened ends.
                await request.Http.RequestServices.GetRequiredService<SessionEnding>()
                    .EndAsync(code.SessionId, EndReason.CodeReplayed, caller, stop);
                return Invalid("The authorization code has been used before. Start a new authorization request.");
            case CodeRedemptionResult.ExpiredCode:
                return Invalid("The authorization code has expired. Start a new authorization request.");
            case CodeRedemptionResult.Redeemed(var session, var refreshToken):
                return await tokens.GrantAsync(request, session, code.Scopes, refreshToken, code.Nonce, stop);
            default:
                return Invalid("The person has signed out since. Start a new authorization request.");
        }
    }

    /// <summary>What RFC 6749 section 4.1.3 and RFC 7636 section 4.6 want compared before the code is taken.</summary>
    private static GrantAnswer.Refused? FaultOf(CodeGrantRequest request, CodeContent code)
    {
        if (code.ClientId != request.Client.ClientId) return Invalid("The authorization code was issued to another client.");
        if (code.RedirectUri != request.RedirectUri) return Invalid("The redirect_uri is not the one of the authorization request.");
        if (code.KeyThumbprint is { } key && key != request.Sender?.KeyThumbprint)
        {
            return Invalid("The authorization code is bound to another DPoP key (dpop_jkt, RFC 9449 section 10).");
        }
        // The authorization endpoint checked whether a challenge is required; the registration may have started to require one since.
        return !CodeVerifier.Proves(code.CodeChallenge, request.Verifier) || (code.CodeChallenge is null && request.Client.RequirePkce)
            ? Invalid("The code_verifier is missing, malformed, or not the one that the code_challenge was made of.")
            : null;
    }

    private static GrantAnswer.Refused Invalid(string description) => new(OAuthErrors.InvalidGrant, description);

    private async Task<CodeRedemptionResult> RedeemAsync(
        CodeGrantRequest request, StoredCode stored, Caller caller, CancellationToken stop)
    {
        var code = stored.Content;
        var redemption = new Redemption(stored.RowId, Guid.CreateVersion7());
        var batch = sql.Together();
        var redeemed = codes.Redeem(batch, redemption);
        var opening = sessions.Open(
            batch, redemption, new(code.SessionId, code.Joins, code.UserId, code.BrowserSessionId, code.ClientId, code.AuthorizationId,
                string.Join(' ', code.Scopes), string.Join(' ', code.Resources), code.Scopes.Contains(
                    Scopes.OfflineAccess), code.RequestedClaims)
            {
                Confirmation = request.Sender?.RowText(request.Client.IsPublic),
                Lifetime = request.Client.Tokens.RefreshTokenLifetime,
                Ends = code.Ends,
            }, caller);
        await batch.RunAsync(stop);

        if (redeemed.Written == 0)
        {
            return await codes.WasRedeemedAsync(stored.RowId, stop)
                ? new CodeRedemptionResult.ReplayedCode()
                : new CodeRedemptionResult.ExpiredCode();
        }
        if (opening.Session.Row is not { } session) return new CodeRedemptionResult.SignedOutMeanwhile();
        if (!code.Joins) opened.Add(SessionKind.Client, code.UserId);
        return new CodeRedemptionResult.Redeemed(session, opening.Token);
    }
}
