using AuthServer.Clients;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Compares redirect URIs letter for letter (RFC 6749 section 3.1.2.3); native apps choose the loopback port (RFC 8252 section 7.3).</summary>
public static class RegisteredRedirects
{
    public static bool Allow(RegisteredClient client, string asked)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (client.RedirectUris.Contains(asked)) return true;
        return client.ApplicationType == OpenIddict.Abstractions.OpenIddictConstants.ApplicationTypes.Native
            && Uri.TryCreate(asked, UriKind.Absolute, out var uri) && uri is { Scheme: "http", IsLoopback: true, UserInfo: "", Fragment: "" }
            && client.RedirectUris.Contains(new UriBuilder(uri) { Port = -1 }.Uri.OriginalString);
    }
}

/// <summary>Sends an error to the client's redirect URI once that is known to be registered (RFC 6749 section 4.1.2.1).</summary>
/// <remarks>The library shows every refused request on a page; the standard reserves that for a bad client_id or redirect_uri.</remarks>
public sealed class ErrorRedirection(ClientDirectory clients) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.RedirectUri is not null || context.Response.Error is null) return;
        if (context.Request is not { ClientId: { Length: > 0 } clientId, RedirectUri: { Length: > 0 } redirectUri }) return;
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        if (await clients.FindAsync(clientId, stop) is { } client && RegisteredRedirects.Allow(client, redirectUri)) context.RedirectUri = redirectUri;
    }
}
