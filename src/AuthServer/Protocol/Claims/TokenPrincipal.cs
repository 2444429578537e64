using System.Collections.Immutable;
using System.Security.Claims;
using AuthServer.Sessions;
using OpenIddict.Abstractions;

namespace AuthServer.Protocol.Claims;

/// <summary>The claims that tokens are made from.</summary>
public static class TokenPrincipal
{
    /// <summary>What the library needs to know of the tokens: which there are to be, and for whom. <c>TokenForms</c> writes them from the content itself.</summary>
    public static ClaimsPrincipal Of(TokenContent content)
    {
        return Finish(Identity(content.Subject), content.Scopes, content.Audience);
    }

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

    /// <summary>An access token of ours that the library has validated, as <see cref="AccessTokens"/> would have read it.</summary>
    public static AccessToken Read(ClaimsPrincipal token)
    {
        return new(
            token.GetClaim(ClaimNames.Subject) ?? "", Guid.TryParse(token.GetClaim("sid"), out var sid) ? sid : null,
            token.GetPresenters().FirstOrDefault() ?? "", string.Join(' ', token.GetScopes()), token.GetAudiences(), token.GetClaim(ClaimNames.JwtId) ?? "",
            token.GetCreationDate()?.ToUnixTimeSeconds() ?? 0, token.GetExpirationDate()?.ToUnixTimeSeconds() ?? 0,
            long.TryParse(token.GetClaim(ClaimNames.AuthenticationTime), out var authTime) ? authTime : null, token.GetClaim(ClaimNames.AuthenticationContextReference));
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
