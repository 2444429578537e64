using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.EndSession;

/// <summary>RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): signs the person out and brings them back to the app.</summary>
/// <remarks>
/// Without a valid hint of this very browser session the sign-out page asks first (section 2). The way back is taken only
/// to an address that the client named by a valid hint has registered (section 3), or by client_id alone once the person has confirmed.
/// </remarks>
public sealed class EndSessionEndpoint(
    ClientDirectory clients, ClientSubjects subjects, ClientSessions sessions, SessionEnding ending, BrowserSessionCookie cookie,
    SignedOutApps apps, ClientTrust trust)
    : IOpenIddictServerHandler<HandleEndSessionRequestContext>
{
    public async ValueTask HandleAsync(HandleEndSessionRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var session = await http.GetBrowserSessionAsync();
        var hint = HintOf(context);
        IReadOnlyList<ShownEnd> ended = [];
        if (session is not null)
        {
            if (!await IsOfAsync(hint, session, http.RequestAborted))
            {
                // The same request, to be repeated after the person has confirmed and is signed out.
                Send(context, http, PagePaths.SignOut + Behind(context, http));
                return;
            }

            ended = await ending.SignOutAsync(session.Id, Caller.Of(http), CancellationToken.None);
            cookie.Delete(http);
        }

        var back = await WayBackAsync(context, hint, wasSignedOut: session is not null, http.RequestAborted);
        // Without a way back the page still names the app, and has a link to its registered address.
        var behind = Behind(context, http);
        Send(context, http, apps.PageOf(ended, back, behind) ?? back ?? PagePaths.SignedOut + behind);
    }

    // The hint names the person and, by its sid, the sign-in: one of another browser of the same person does not end this one unasked.
    private async ValueTask<bool> IsOfAsync(System.Security.Claims.ClaimsPrincipal? hint, BrowserSession session, CancellationToken stop)
    {
        if (hint?.GetClaim(ClaimNames.Subject) is not { } subject) return false;
        var client = ClientOf(hint) is { } id ? await clients.FindAsync(id, stop) : null;
        // Of a client that is gone, what an id alone says.
        var isMeant = client is null ? subject == session.UserId.ToString() : subjects.Means(client, subject, session.UserId);
        return isMeant && Guid.TryParse(hint.GetClaim("sid"), out var sid) && await sessions.IsOfAsync(sid, session.Id, stop);
    }

    private async Task<string?> WayBackAsync(
        HandleEndSessionRequestContext context, System.Security.Claims.ClaimsPrincipal? hint, bool wasSignedOut, CancellationToken stop)
    {
        if (context.Request.PostLogoutRedirectUri is not { Length: > 0 } asked || hint is null) return null;
        if (ClientOf(hint) is not { } clientId) return null;
        var client = await clients.FindAsync(clientId, stop);
        // As with errors of authorization (RFC 9700 section 4.11.2): a hint alone, which a stranger has of their own account, sends nobody
        // to their site. The page has a link there.
        return wasSignedOut || client is null || trust.MaySendBrowser(client, asked)
            ? SignOutReturn.Of(client, asked, context.Request.State) : null;
    }

    // Section 2: one that was issued to another client than client_id names proves nothing for it.
    private static System.Security.Claims.ClaimsPrincipal? HintOf(HandleEndSessionRequestContext context) =>
        context.IdentityTokenHintPrincipal is { } hint && (context.Request.ClientId is not { Length: > 0 } named || named == ClientOf(hint))
            ? hint : null;

    private static string? ClientOf(System.Security.Claims.ClaimsPrincipal hint) =>
        hint.GetClaim(ClaimNames.AuthorizedParty) ?? hint.GetAudiences().FirstOrDefault();

    // The pages verify no hint. One that did not verify is left out (section 4: what failed to validate is not used); of one that did, the
    // client is named beside it. A request that names two apps names none.
    private static QueryString Behind(HandleEndSessionRequestContext context, HttpContext http)
    {
        var hinted = context.IdentityTokenHintPrincipal is { } hint ? ClientOf(hint) : null;
        var named = context.Request.ClientId is { Length: > 0 } clientId ? clientId : null;
        var client = (named ?? hinted) == (hinted ?? named) ? named ?? hinted : null;
        var kept = http.Request.Query.Where(
            p => p.Key != Parameters.ClientId && (p.Key != Parameters.IdTokenHint || (hinted is not null && client is not null)));
        var request = QueryString.Create(kept);
        if (client is not null) request = request.Add(Parameters.ClientId, client);
        return QueryString.Create("returnUrl", http.Request.Path + request.ToUriComponent());
    }

    private static void Send(HandleEndSessionRequestContext context, HttpContext http, string location)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = location;
        context.HandleRequest();
    }
}
