using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Checks form and MAC of a refresh token; a forged one is refused without touching the database.</summary>
/// <remarks>
/// Introspection and revocation offer every token to every type, so the form tells it from a JWT, and nothing is rotated here.
/// </remarks>
public sealed class RefreshTokenIntake(RefreshTokens tokens, SessionLookup lookup) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public const string Key = "authplatform:presented-refresh-token";

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var only = context.ValidTokenTypes.Count == 1 && context.ValidTokenTypes.Contains(TokenTypeIdentifiers.RefreshToken);
        if (!only && !(context.ValidTokenTypes.Count == 0 || context.ValidTokenTypes.Contains(TokenTypeIdentifiers.RefreshToken))) return;
        var token = RefreshTokens.HasForm(context.Token) ? tokens.Read(context.Token) : null;
        if (token is null)
        {
            if (only) context.Reject(OAuthErrors.InvalidGrant, "The refresh token is not one of this server.");
            return;
        }

        context.Transaction.SetProperty(Key, token);
        // At the token endpoint the row itself is compared with the authenticated client, in the statement that rotates.
        var principal = TokenPrincipal.Thin(TokenTypeIdentifiers.RefreshToken, only ? context.Transaction.Request?.ClientId : null);
        if (only && context.Transaction.Request is { } request && (request.Scope is not null || request.GetResources().Length > 0))
        {
            // Narrowing is judged before the rotation: one read, only when it was asked for.
            var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
            var session = await lookup.FindByRefreshTokenAsync(token, stop);
            principal.SetScopes(ScopeRules.Split(session?.Scopes)).SetResources(ScopeRules.Split(session?.Resources));
        }

        context.Principal = principal;
    }
}
