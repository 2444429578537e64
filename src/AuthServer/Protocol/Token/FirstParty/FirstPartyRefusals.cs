using AuthServer.JsonApi;
using AuthServer.Protocol.Errors;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// Gives what OpenIddict and the handlers before a grant refuse at /v1/auth the form of the JSON API; grants answer through <see
/// cref="TokenResponse"/>.
/// </summary>
public sealed class FirstPartyRefusals<TContext>(RefreshCookie cookie) : IOpenIddictServerHandler<TContext>
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
            await (RejectedWithProblem.Of(context.Transaction)
                ?? ProblemOf(context.Transaction, http, error, response.ErrorDescription)).ExecuteAsync(http);
            context.HandleRequest();
        }
        else if (call is { Route: FirstPartyRoute.Logout })
        {
            if (call.CookieMode) cookie.Delete(http);
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            context.HandleRequest();
        }
    }

    private static Problem ProblemOf(OpenIddictServerTransaction transaction, HttpContext http, string error, string? description) =>
        ClientMustWait.Of(transaction) is { } wait
            ? Problem.TooManyRequests(wait, description!)
            : FirstPartyProblem.Of(http, error, description);
}
