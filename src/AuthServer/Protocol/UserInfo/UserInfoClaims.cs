using System.Text.Json.Nodes;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users.Profile;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.UserInfo;

/// <summary>What userinfo answers to an access token.</summary>
public abstract record UserInfoResult
{
    private UserInfoResult()
    {
    }

    /// <summary>The claims, without <c>sub</c>.</summary>
    public sealed record Told(JsonObject Claims) : UserInfoResult;

    /// <summary>An error of RFC 6750 section 3.1.</summary>
    public sealed record Refused(string Error, string Description) : UserInfoResult;
}

/// <summary>The claims that a token's scopes and the claims parameter name (OpenID Connect Core 5.3, 5.4 and 5.5).</summary>
public sealed class UserInfoClaims(SessionLookup sessions)
{
    public async ValueTask<UserInfoResult> OfAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (!token.HasScope(Scopes.OpenId)) return new UserInfoResult.Refused(OAuthErrors.InsufficientScope, "The access token does not carry the scope openid.");
        if (token.SessionId is not { } session || !Guid.TryParse(token.Subject, out var subject) ||
            await sessions.FindUserAsync(session, subject, cancellationToken) is not var (user, requestedText))
        {
            return new UserInfoResult.Refused(OAuthErrors.InvalidToken, "The session of this access token has ended.");
        }

        var requested = (RequestedClaims.Parse(requestedText) ?? RequestedClaims.None).UserInfo;
        var claims = StandardClaims.Of(user);
        foreach (var name in claims.Select(c => c.Key).ToList())
        {
            if (!requested.Contains(name) && !(StandardClaims.ScopeOf(name) is { } scope && token.HasScope(scope))) claims.Remove(name);
        }

        return new UserInfoResult.Told(claims);
    }
}
