using System.Collections.Immutable;
using System.Security.Claims;
using AuthServer.Sessions;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Claims;

/// <summary>The claims that tokens are made from.</summary>
public static class TokenPrincipal
{
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

    /// <summary>The claims of a validated access token, for the OpenIddict handlers that follow the validation.</summary>
    public static ClaimsPrincipal Of(AccessToken token)
    {
        var principal = Thin(TokenTypeIdentifiers.AccessToken, token.ClientId);
        principal.SetClaim(ClaimNames.Subject, token.Subject).SetClaim(ClaimNames.JwtId, token.Id);
        if (token.SessionId is { } session) principal.SetClaim("sid", session.ToString());
        principal.SetCreationDate(DateTimeOffset.FromUnixTimeSeconds(token.IssuedAt));
        principal.SetExpirationDate(DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt));
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
        return new ClaimsPrincipal(identity);
    }
}
