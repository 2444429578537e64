using AuthServer.Clients;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Introspection;

/// <summary>Introspection (RFC 7662): tells a client about its own tokens, and about those for an audience that it serves.</summary>
/// <remarks>Everybody else learns <c>active: false</c>, as for a token that never was (section 2.2).</remarks>
public sealed class IntrospectionEndpoint(ClientDirectory clients, SessionLookup sessions, IssuerOptions issuer)
    : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        var caller = (await clients.FindAsync(context.Request.ClientId!, stop))!;
        var told = context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key) is { } refreshToken
            ? await DescribeAsync(context, refreshToken, caller, stop)
            : await DescribeAsync(context, caller, stop);
        if (!told) context.Reject(OAuthErrors.InvalidToken, "The token is not active.");
    }

    private async Task<bool> DescribeAsync(HandleIntrospectionRequestContext context, RegisteredClient caller, CancellationToken stop)
    {
        var token = context.GenericTokenPrincipal!;
        if (!token.HasTokenType(TokenTypeIdentifiers.AccessToken)) return false;
        var owner = token.GetPresenters().FirstOrDefault();
        var audiences = token.GetAudiences();
        if (owner != caller.ClientId && !audiences.Any(caller.Introspects.Contains)) return false;
        if (token.GetClaim("sid") is { } sid)
        {
            if (!Guid.TryParse(sid, out var sessionId) || !Guid.TryParse(token.GetClaim(ClaimNames.Subject), out var userId) ||
                !await sessions.StandsAsync(sessionId, userId, stop)) return false;
            context.Claims["sid"] = sid;
            foreach (var name in new[] { ClaimNames.AuthenticationContextReference, ClaimNames.AuthenticationTime })
            {
                if (token.GetClaim(name) is { } value) context.Claims[name] = long.TryParse(value, out var number) ? number : value;
            }
        }

        context.Scopes.UnionWith(token.GetScopes());
        context.Audiences.UnionWith(audiences);
        context.ClientId = owner;
        context.Issuer = null;
        context.Claims[ClaimNames.Issuer] = issuer.IssuerText;
        context.TokenType = TokenTypes.Bearer;
        return true;
    }

    private async Task<bool> DescribeAsync(
        HandleIntrospectionRequestContext context, RefreshToken refreshToken, RegisteredClient caller, CancellationToken stop)
    {
        // A refresh token is told about only to the client that it was issued to: it has no audience but us.
        var session = await sessions.FindByRefreshTokenAsync(refreshToken, stop);
        if (session is null || session.ClientId != caller.ClientId) return false;
        context.Subject = session.UserId.ToString();
        context.ClientId = session.ClientId;
        context.Scopes.UnionWith(ScopeRules.Split(session.Scopes));
        context.ExpiresAt = new DateTimeOffset(session.ExpiresAt, TimeSpan.Zero);
        context.Issuer = null;
        context.Claims[ClaimNames.Issuer] = issuer.IssuerText;
        context.Claims["sid"] = session.Id.ToString();
        return true;
    }
}
