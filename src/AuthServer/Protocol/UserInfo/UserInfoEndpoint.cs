using System.Text.Json;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.UserInfo;

/// <summary>The userinfo endpoint (OpenID Connect Core 5.3): the claims that the token's scopes and the claims parameter name.</summary>
public sealed class UserInfoEndpoint(SessionLookup sessions) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var token = context.AccessTokenPrincipal!;
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        if (!token.HasScope(Scopes.OpenId))
        {
            // RFC 6750 section 3.1.
            context.Reject(OAuthErrors.InsufficientScope, "The access token does not carry the scope openid.");
            return;
        }

        if (!Guid.TryParse(token.GetClaim("sid"), out var sid) || !Guid.TryParse(token.GetClaim(ClaimNames.Subject), out var sub) ||
            await sessions.FindUserAsync(sid, sub, stop) is not var (user, requestedText))
        {
            context.Reject(OAuthErrors.InvalidToken, "The session of this access token has ended.");
            return;
        }

        context.Subject = sub.ToString();
        var requested = (RequestedClaims.Parse(requestedText) ?? RequestedClaims.None).UserInfo;
        foreach (var (name, value) in StandardClaims.Of(user))
        {
            if (requested.Contains(name) || StandardClaims.ScopeOf(name) is { } scope && token.HasScope(scope))
            {
                context.Claims[name] = new OpenIddictParameter(JsonSerializer.SerializeToElement(value));
            }
        }
    }
}
