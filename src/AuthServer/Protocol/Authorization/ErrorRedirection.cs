using AuthServer.Clients.Directory;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Sends an error to the client's redirect URI once that is known to be registered (RFC 6749 section 4.1.2.1).</summary>
/// <remarks>
/// OpenIddict shows every refused request on a page; the RFC reserves that for a bad client_id or redirect_uri. Of a client that nobody has
/// vouched for the browser does not go there by itself (<see cref="HeldBackError"/>).
/// </remarks>
public sealed class ErrorRedirection(ClientDirectory clients, ClientTrust trust, ConsentStore consents)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Response.Error is null || context.Request is not { ClientId: { Length: > 0 } clientId } request) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (await clients.FindAsync(clientId, http.RequestAborted) is not { } client) return;
        if (context.RedirectUri is null) Redirect(context, request, client);
        if (context.RedirectUri is { } address && !await GoesByItselfAsync(client, address, http))
        {
            HeldBackError.Note(context.Transaction, client, context.Response);
        }
    }

    private static void Redirect(ApplyAuthorizationResponseContext context, OpenIddictRequest request, RegisteredClient client)
    {
        // Of a registration that does not fit its profile, the address may be what does not.
        if (client.ProfileFault is not null || request.RedirectUri is not { Length: > 0 } asked || !client.MayReturnTo(asked)) return;
        context.RedirectUri = asked;
        // What the request asked for, if it can be had; the default of the code flow otherwise.
        context.ResponseMode = request.ResponseMode is { } mode
            && (mode is ResponseModes.Fragment or ResponseModes.FormPost || SignedResponse.Modes.Contains(mode))
            ? mode
            : ResponseModes.Query;
    }

    // RFC 9700 section 4.11.2: a link to this server must not lead to a page of whoever has registered a client for the purpose. Somebody
    // who has allowed the app something knows where it is, and is answered silently. In a frame nobody believes to be here: the browser
    // shows the address of the page around it, and apps ask so whether there is a session.
    private async ValueTask<bool> GoesByItselfAsync(RegisteredClient client, string address, HttpContext http) =>
        trust.MaySendBrowser(client, address)
        || http.Request.Headers["Sec-Fetch-Dest"] is ["iframe" or "frame"]
        || (await http.GetBrowserSessionAsync() is { } session
            && await consents.HasKnownAsync(session.UserId, client.Id, http.RequestAborted));
}
