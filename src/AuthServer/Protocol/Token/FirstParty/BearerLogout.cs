using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Sessions;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Ends the session of an access token (RFC 6750): whoever holds it needs no client authentication to give it up.</summary>
public sealed class BearerLogout(
    IOpenIddictServerDispatcher dispatcher, SessionEnding ending, RefreshTokens refreshTokens, RefreshCookie cookie, IssuerOptions issuer)
{
    private const string Scheme = "Bearer ";

    /// <returns>Null when the request carries no bearer token.</returns>
    public static string? TokenOf(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    internal async Task LogOutAsync(BaseValidatingContext context, HttpContext http, string bearer)
    {
        if (await SessionOfAsync(context.Transaction, bearer) is not { } sessionId)
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

    private async Task<Guid?> SessionOfAsync(OpenIddictServerTransaction transaction, string bearer)
    {
        // No JWT: not worth a look into the library's table of reference tokens.
        if (!bearer.Contains('.', StringComparison.Ordinal)) return null;
        var check = new ValidateTokenContext(transaction) { Token = bearer };
        check.ValidTokenTypes.Add(TokenTypeIdentifiers.AccessToken);
        await dispatcher.DispatchAsync(check);
        if (check.IsRejected || check.Principal is not { } token) return null;
        // A resource server must not be able to end the sessions of the people who call it.
        if (!token.GetAudiences().All(a => a == issuer.ApiAudience || a == issuer.IssuerText)) return null;
        return Guid.TryParse(token.GetClaim("sid"), out var sid) ? sid : null;
    }
}
