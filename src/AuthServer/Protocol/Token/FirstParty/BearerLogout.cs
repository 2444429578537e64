using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Ends the session of an access token (RFC 6750), without client authentication: the token itself is the credential.</summary>
public sealed class BearerLogout(
    AccessTokenReader tokens, SessionEnding ending, RefreshTokens refreshTokens, RefreshCookie cookie, ApiBudgetGate budget,
    IssuerOptions issuer)
{
    /// <returns>Null when the request does not use the bearer scheme; empty when it does without the form of a token.</returns>
    public static string? TokenOf(HttpRequest request) =>
        BearerScheme.Read(request.Headers.Authorization) is { Presented: true } credentials ? credentials.Token ?? "" : null;

    /// <returns>Null when the answer is given: 204.</returns>
    public async Task<Problem?> LogOutAsync(HttpContext http, string bearer)
    {
        var token = Read(bearer);
        var over = await (token is null ? budget.TryEnterAsAddressAsync(http) : budget.TryEnterAsPersonAsync(http, token.Subject));
        if (over is not null) return over;

        if (token?.SessionId is not { } sessionId)
        {
            return Problem.Unauthorized(
                "The access token is not valid, not valid any more, or for another API. Send the refresh token in the body instead.",
                OAuthErrors.InvalidToken);
        }

        // Not cancelled with the request. A session that has ended already is no error: the caller has what it asked for.
        await ending.EndAsync(sessionId, EndReason.SignedOut, Caller.Of(http), CancellationToken.None);
        if (cookie.Read(http) is { } left && refreshTokens.Read(left)?.SessionId == sessionId) cookie.Delete(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    // Otherwise a resource server could end the sessions of the people who call it.
    private AccessToken? Read(string bearer) =>
        tokens.ReadBearer(bearer) is { } token && token.Audiences.All(a => a == issuer.ApiAudience || a == issuer.IssuerText)
            ? token
            : null;
}
