using System.Collections.Immutable;
using System.Security.Claims;
using AuthServer.Sessions;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Claims;

/// <summary>The claims that tokens are made from.</summary>
public static class TokenPrincipal
{
    /// <summary>Tokens of a person's session; profile claims come from userinfo (OpenID Connect Core 5.4).</summary>
    public static ClaimsPrincipal ForSession(GrantedSession session, ImmutableArray<string> scopes, ImmutableArray<string> audience)
    {
        ArgumentNullException.ThrowIfNull(session);
        var identity = Identity(session.UserId.ToString());
        identity.SetClaim("sid", session.Id.ToString());
        if (session.AuthTime is { } authTime) identity.SetClaim(ClaimNames.AuthenticationTime, new DateTimeOffset(authTime, TimeSpan.Zero).ToUnixTimeSeconds());
        if (session.Acr is not null) identity.SetClaim(ClaimNames.AuthenticationContextReference, session.Acr);
        if (session.Amr is not null) identity.SetClaims(ClaimNames.AuthenticationMethodReference, ScopeRules.Split(session.Amr));
        return Finish(identity, scopes, audience);
    }

    /// <summary>Tokens of a client on its own behalf (RFC 9068 section 2.2: the subject is the client).</summary>
    public static ClaimsPrincipal ForClient(string clientId, ImmutableArray<string> scopes, ImmutableArray<string> audience) =>
        Finish(Identity(clientId), scopes, audience);

    /// <summary>The bare subject that the authorization endpoint signs in; everything else waits in the code's row.</summary>
    public static ClaimsPrincipal ForSubject(Guid userId, ImmutableArray<string> scopes) => Finish(Identity(userId.ToString()), scopes, []);

    /// <summary>A token whose meaning is in the database: enough for the pipeline to judge the request by.</summary>
    public static ClaimsPrincipal Thin(string tokenType, string? presenter)
    {
        var principal = new ClaimsPrincipal(new ClaimsIdentity("authplatform"));
        principal.SetTokenType(tokenType);
        if (presenter is not null) principal.SetPresenters(presenter);
        return principal;
    }

    private static ClaimsIdentity Identity(string subject)
    {
        var identity = new ClaimsIdentity("authplatform", ClaimNames.Name, ClaimNames.Role);
        identity.SetClaim(ClaimNames.Subject, subject);
        return identity;
    }

    private static ClaimsPrincipal Finish(ClaimsIdentity identity, ImmutableArray<string> scopes, ImmutableArray<string> audience)
    {
        identity.SetScopes(scopes);
        identity.SetResources(audience);
        // amr is an array (RFC 8176) and stays in ID tokens: the library writes a single value into an access token as a string.
        identity.SetDestinations(static claim => claim.Type == ClaimNames.AuthenticationMethodReference
            ? [Destinations.IdentityToken]
            : [Destinations.AccessToken, Destinations.IdentityToken]);
        return new ClaimsPrincipal(identity);
    }
}
