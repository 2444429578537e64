using AuthServer.Clients.Directory;
using AuthServer.JsonApi;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>Who may use the refresh cookie.</summary>
/// <remarks>
/// SameSite keeps other sites from sending it; the header and the origin keep out other apps on this site, and prevent a page from
/// signing a person in to an account that is not theirs.
/// </remarks>
public sealed class RefreshCookieGuard(ClientOrigins origins)
{
    /// <summary>A header that no form and no link sends; a script of another origin may send it only after a preflight.</summary>
    public const string Header = "X-CSRF";

    /// <param name="client">Null: not known; OpenIddict's handlers refuse it, as everywhere.</param>
    /// <returns>Null when the cookie may be used.</returns>
    public Problem? Check(HttpRequest request, RegisteredClient? client)
    {
        if (request.Headers[Header] != "1") return Problem.Forbidden($"With the refresh cookie, send the header {Header}: 1.");
        return client is null || (client.MaySignIn && origins.Allows(client, request.Headers.Origin.ToString()))
            ? null
            : Problem.Forbidden(
                "The refresh cookie is for first-party apps, from FRONTEND_URL or the origin of one of the client's redirect URIs.");
    }
}

/// <summary>Asks the guard once the client is named, and before anything is looked up for the token.</summary>
public sealed class RefreshCookieCheck<TContext>(ClientDirectory clients, RefreshCookieGuard guard) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        if (FirstPartyCall.Of(context.Transaction) is not { CookieMode: true }) return;
        var (request, clientId) = (context.Transaction.GetHttpRequest()!, context.Transaction.Request!.ClientId);
        var client = clientId is null ? null : await clients.FindAsync(clientId, request.HttpContext.RequestAborted);
        if (guard.Check(request, client) is { } problem) context.Refuse(problem);
    }
}
