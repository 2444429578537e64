using AuthServer.JsonApi;
using AuthServer.Protocol.Errors;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Gives the library's answers at /v1/auth the form of the JSON API: problems, 204, and the refresh token in its cookie.</summary>
public sealed class FirstPartyAnswer<TContext>(RefreshCookie cookie) : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (FirstPartyPaths.Of(http.Request.Path) == FirstPartyRoute.Standard) return;
        var call = FirstPartyCall.Of(context.Transaction);
        var response = context.Transaction.Response!;
        if (response.Error is { } error)
        {
            // The cookie's token is worth nothing any more.
            if (call is { CookieMode: true } && error == OAuthErrors.InvalidGrant) cookie.Delete(http);
            await (RejectedWithProblem.Of(context.Transaction) ?? ProblemOf(context.Transaction, error, response.ErrorDescription)).ExecuteAsync(http);
            context.HandleRequest();
        }
        else if (call is { Route: FirstPartyRoute.Logout })
        {
            if (call.CookieMode) cookie.Delete(http);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            context.HandleRequest();
        }
        else if (call is { CookieMode: true } && response.RefreshToken is { } token)
        {
            cookie.Write(http, token, context.Transaction.GetProperty<GrantAnswer.Granted>(TokenForms.Key)!.SessionEndsAt!.Value);
            response.RefreshToken = null;
        }
    }

    private static Problem ProblemOf(OpenIddictServerTransaction transaction, string error, string? description)
    {
        if (ClientTooFast.WaitOf(transaction) is { } wait) return Problem.TooManyRequests(wait, description!);
        var request = transaction.GetHttpRequest()!;
        var status = error switch
        {
            OAuthErrors.InvalidClient or OAuthErrors.InvalidGrant or OAuthErrors.InvalidToken => StatusCodes.Status401Unauthorized,
            OAuthErrors.ServerError => StatusCodes.Status500InternalServerError,
            _ => StatusCodes.Status400BadRequest,
        };
        // RFC 6749 section 5.2: a client that authenticated in the header is answered with the scheme it used.
        var basic = error == OAuthErrors.InvalidClient && request.Headers.Authorization.ToString().StartsWith("Basic ", StringComparison.OrdinalIgnoreCase);
        return new Problem(status, error.Replace('_', '-'), description ?? "The server could not accept this request.")
        {
            Challenge = status == StatusCodes.Status401Unauthorized ? basic ? "Basic" : "Bearer" : null,
        };
    }
}
