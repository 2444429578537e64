using System.Collections.Immutable;
using AuthServer.Clients;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>The last step that every grant of a person's session shares: scopes, audience, claims, refresh token.</summary>
public sealed class SessionTokens(TokenAudience audience, SessionLookup lookup)
{
    /// <summary>Under which the refresh token waits for <see cref="TokenForms"/>.</summary>
    public const string RefreshTokenKey = "authplatform:refresh-token";

    /// <summary>Under which the session waits for whoever writes its end into a cookie.</summary>
    public const string SessionKey = "authplatform:session";

    public async ValueTask SignInAsync(
        HandleTokenRequestContext context, GrantedSession session, RegisteredClient client, ImmutableArray<string> granted,
        ImmutableArray<string> resources, RefreshToken? refreshToken, string? nonce, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(session);
        var target = await audience.ResolveAsync([.. ScopeRules.ForPerson(granted, client, session.IsAdmin)], resources, cancellationToken);
        if (target is not var (forResources, scopes))
        {
            context.Reject(OAuthErrors.InvalidTarget, "A resource was asked for that none of the granted scopes belongs to.");
            return;
        }

        var principal = TokenPrincipal.ForSession(session, scopes, forResources);
        if (nonce is not null) principal.SetClaim(ClaimNames.Private.Nonce, nonce);
        await AddRequestedClaimsAsync(principal, session, cancellationToken);
        if (refreshToken is not null) context.Transaction.SetProperty(RefreshTokenKey, refreshToken.Text);
        context.Transaction.SetProperty(SessionKey, session);
        context.SignIn(principal);
    }

    // OpenID Connect Core 5.5: claims asked for in the ID token one by one. Only then is the profile read.
    private async Task AddRequestedClaimsAsync(System.Security.Claims.ClaimsPrincipal principal, GrantedSession session, CancellationToken cancellationToken)
    {
        var asked = (RequestedClaims.Parse(session.RequestedClaims) ?? RequestedClaims.None).IdToken.RemoveAll(principal.HasClaim);
        if (asked.IsEmpty || await lookup.FindUserAsync(session.Id, session.UserId, cancellationToken) is not var (user, _)) return;
        foreach (var (name, value) in StandardClaims.Of(user).Where(c => asked.Contains(c.Key)))
        {
            principal.SetClaim(name, value!);
            foreach (var claim in principal.FindAll(name)) claim.SetDestinations(Destinations.IdentityToken);
        }
    }
}
