using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Ends the session of an access token (RFC 6750): whoever holds it needs no client authentication to give it up.</summary>
public sealed class BearerLogout(
    AccessTokens tokens, SessionEnding ending, RefreshTokens refreshTokens, RefreshCookie cookie, ApiBudgetGate budget, IssuerOptions issuer)
{
    private const string Scheme = "Bearer ";

    /// <returns>Null when the request carries no bearer token.</returns>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    internal async Task LogOutAsync(BaseValidatingContext context, HttpContext http, string bearer)
    {
        var token = Read(bearer);
        if ((token is null ? budget.TryEnterAsAddress(http) : budget.TryEnterAsPerson(http, token.Subject)) is { } over)
        {
            context.Refuse(over);
            return;
        }

        if (token?.SessionId is not { } sessionId)
        {
            context.Refuse(Problem.Unauthorized(
                "The access token is not valid, not valid any more, or for another API. Send the refresh token in the body instead.", OAuthErrors.InvalidToken));
            return;
        }

        // Not cancelled with the request. A session that has ended already is what was asked for.
        await ending.EndAsync(sessionId, EndReason.SignedOut, Caller.Of(http), CancellationToken.None);
        if (cookie.Read(http) is { } left && refreshTokens.Read(left)?.SessionId == sessionId) cookie.Delete(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        context.HandleRequest();
    }

    // A resource server must not be able to end the sessions of the people who call it.
    private AccessToken? Read(string bearer) =>
        tokens.Read(bearer) is { } token && token.Audiences.All(a => a == issuer.ApiAudience || a == issuer.IssuerText) ? token : null;
}
