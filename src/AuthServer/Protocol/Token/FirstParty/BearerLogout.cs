using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// Ends the session of an access token (RFC 6750, RFC 9449), without client authentication: the token itself is the credential.
/// </summary>
public sealed class BearerLogout(
    AccessTokenUse tokens, AuthDbContext db, SessionEnding ending, RefreshTokens refreshTokens, RefreshCookie cookie, ApiBudgetGate budget,
    IssuerOptions issuer)
{
    /// <returns>Null when the request uses no scheme of access tokens; empty when it does without the form of a token.</returns>
    public static string? TokenOf(HttpRequest request) =>
        PresentedAccess.Read(request.Headers.Authorization) is { Presented: true } access ? access.Token ?? "" : null;

    /// <returns>Null when the answer is given: 204.</returns>
    public async Task<Problem?> LogOutAsync(HttpContext http, string bearer)
    {
        var byKey = PresentedAccess.Read(http.Request.Headers.Authorization).ByKey;
        var (token, refusal) = await tokens.AcceptAsync(http, byKey, bearer);
        // Otherwise a resource server could end the sessions of the people who call it.
        if (token?.Audiences.All(a => a == issuer.ApiAudience || a == issuer.IssuerText) == false) token = null;
        var over = await (token is null ? budget.TryEnterAsAddressAsync(http) : budget.TryEnterAsPersonAsync(http, token.Subject));
        if (over is not null) return over;

        if (token?.SessionId is not { } sessionId)
        {
            var ofProof = refusal is { Error: DPoPCheck.InvalidProof or DPoPCheck.UseNonce } ? refusal : null;
            var problem = Problem.Unauthorized(
                ofProof?.Description
                    ?? "The access token is not valid, not valid any more, or for another API. Send the refresh token in the body instead.",
                OAuthErrors.InvalidToken);
            return byKey ? problem with { Challenge = AccessTokenUse.Challenge(ofProof?.Error ?? OAuthErrors.InvalidToken) } : problem;
        }

        // An exchanged token (RFC 8693) names the session of the app that the person signed in to, and is another client's.
        if (await db.Sessions.AnyAsync(s => s.Id == sessionId && s.ClientId != token.ClientId, http.RequestAborted))
        {
            return Problem.Unauthorized("The session of this token belongs to another app, which ends it.", OAuthErrors.InvalidToken);
        }

        // Not cancelled with the request. A session that has ended already is no error: the caller has what it asked for.
        await ending.EndAsync(sessionId, EndReason.SignedOut, Caller.Of(http), CancellationToken.None);
        if (cookie.Read(http) is { } left && refreshTokens.Read(left)?.SessionId == sessionId) cookie.Delete(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }
}
