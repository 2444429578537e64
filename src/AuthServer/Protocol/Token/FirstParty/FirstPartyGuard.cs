using AuthServer.Clients.Directory;
using AuthServer.JsonApi;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>What must be right about a request of the JSON API once its client is known, and before anything is looked up for it.</summary>
/// <remarks>
/// SameSite keeps other sites from sending the refresh cookie; the header and the origin keep out other apps on this site, and
/// keep anybody from signing a person in to an account that is not theirs.
/// </remarks>
public sealed class FirstPartyGuard<TContext>(ClientDirectory clients, ClientOrigins origins) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    /// <summary>A header that no form and no link sends; a script of another origin may send it only after a preflight.</summary>
    public const string Header = "X-CSRF";

    public async ValueTask HandleAsync(TContext context)
    {
        if (FirstPartyCall.Of(context.Transaction) is not { } call) return;
        var request = context.Transaction.Request!;
        if (call.ClientId is not null && call.ClientId != request.ClientId)
        {
            context.Refuse(Problem.BadRequest("client_id", "is another client than the one of the Authorization header."));
            return;
        }

        if (request.ClientId is { Length: 0 })
        {
            context.Refuse(Problem.BadRequest("client_id", "is empty."));
            return;
        }

        if (!call.CookieMode) return;
        var http = context.Transaction.GetHttpRequest()!;
        if (http.Headers[Header] != "1")
        {
            context.Refuse(Problem.Forbidden($"With the refresh cookie, send the header {Header}: 1."));
            return;
        }

        // An unknown client is refused by the library, as everywhere.
        if (request.ClientId is null || await clients.FindAsync(request.ClientId, http.HttpContext.RequestAborted) is not { } client) return;
        if (!client.MaySignIn || !origins.Allows(client, http.Headers.Origin.ToString()))
        {
            context.Refuse(Problem.Forbidden("The refresh cookie is for first-party apps, from FRONTEND_URL or the origin of one of the client's redirect URIs."));
        }
    }
}
