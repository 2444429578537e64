using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Introspection;

/// <summary>Introspection (RFC 7662): tells a client about its own tokens, and about those for an audience that it serves.</summary>
/// <remarks>Everybody else learns <c>active: false</c>, as for a token that never was (section 2.2).</remarks>
public sealed class IntrospectionEndpoint(ClientDirectory clients, SessionLookup sessions, TokenDisclosure disclosure, IssuerOptions issuer)
    : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        var caller = (await clients.FindAsync(context.Request.ClientId!, stop))!;
        var told = context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key) is { } refreshToken
            ? await DescribeAsync(context, refreshToken, caller, stop)
            : await DescribeAsync(context, caller, stop);
        if (!told) context.Reject(OAuthErrors.InvalidToken, "The token is not active.");
    }

    private async Task<bool> DescribeAsync(HandleIntrospectionRequestContext context, RegisteredClient caller, CancellationToken stop)
    {
        if (context.Transaction.GetProperty<AccessToken>(AccessTokenIntake.Key) is not { } token) return false;
        if (!await disclosure.AllowsAsync(token, caller, stop)) return false;
        if (token.SessionId is { } session) context.Claims["sid"] = session.ToString();
        if (token.Acr is { } acr) context.Claims[ClaimNames.AuthenticationContextReference] = acr;
        if (token.AuthTime is { } authTime) context.Claims[ClaimNames.AuthenticationTime] = authTime;
        context.Scopes.UnionWith(ScopeRules.Split(token.ScopeText));
        context.Audiences.UnionWith(token.Audiences);
        context.ClientId = token.ClientId;
        context.Issuer = null;
        context.Claims[ClaimNames.Issuer] = issuer.IssuerText;
        // RFC 8705 section 3.2, RFC 9449 section 6.2: the resource server checks the proof, so it has to know the key.
        if (token.Confirmation is { } confirmation) context.Claims[Confirmation.Claim] = confirmation.Methods;
        // A bound token is never a bearer token. Of its kinds only one has a registered name (RFC 9449 section 5).
        context.TokenType = token.Confirmation switch
        {
            null => TokenTypes.Bearer,
            { IsDPoP: true } => "DPoP",
            _ => null,
        };
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
