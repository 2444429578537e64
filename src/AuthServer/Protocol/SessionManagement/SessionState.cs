using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.SessionManagement;

/// <summary>The parameter <c>session_state</c> of an authorization answer (OpenID Connect Session Management 1.0 section 2).</summary>
/// <remarks>Client, origin and salt are in the hash, so that two apps cannot tell by it that they have the same person.</remarks>
public sealed class SessionState(SessionManagementOptions management, BrowserSessionCookie cookie)
    : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public const string Parameter = "session_state";

    private const int SaltSize = 12;

    /// <returns>Null where this server does not do so, or the app has no web origin.</returns>
    public string? Of(HttpContext http, string clientId, string redirectUri)
    {
        if (!management.IsOn || ClientOrigins.Of(redirectUri) is not { } origin || cookie.State(http) is not { } state) return null;
        var salt = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SaltSize));
        // As the script of check_session_iframe computes it (check-session.js).
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{clientId} {origin} {state} {salt}"));
        return $"{Base64Url.EncodeToString(hash)}.{salt}";
    }

    public ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Response.Code is null || context.Request?.ClientId is not { } clientId || context.RedirectUri is not { } redirectUri)
        {
            return default;
        }
        if (Of(context.Transaction.GetHttpRequest()!.HttpContext, clientId, redirectUri) is { } state)
        {
            context.Response[Parameter] = state;
        }
        return default;
    }
}
