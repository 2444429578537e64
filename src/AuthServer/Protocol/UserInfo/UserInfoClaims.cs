using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.UserInfo;

/// <summary>What userinfo answers to an access token.</summary>
public abstract record UserInfoResult
{
    private UserInfoResult()
    {
    }

    /// <param name="Claims">Without <c>sub</c>.</param>
    /// <param name="Client">To which they are told.</param>
    public sealed record Told(JsonObject Claims, RegisteredClient Client) : UserInfoResult;

    /// <summary>An error of RFC 6750 section 3.1.</summary>
    public sealed record Refused(string Error, string Description) : UserInfoResult;
}

/// <summary>The claims that a token's scopes and the claims parameter name (OpenID Connect Core 5.3, 5.4 and 5.5).</summary>
/// <remarks>
/// Only for a token whose audience is this server: a resource server that was given a token for itself must not read the person's profile
/// with it.
/// </remarks>
public sealed class UserInfoClaims(SessionLookup sessions, TokenSubjects subjects, ClientDirectory clients, IssuerOptions issuer)
{
    public async ValueTask<UserInfoResult> OfAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (!token.Audiences.Contains(issuer.IssuerText))
        {
            return new UserInfoResult.Refused(
                OAuthErrors.InvalidToken, "The access token is for another resource. Ask for one with resource set to the issuer.");
        }

        if (!token.HasScope(Scopes.OpenId))
        {
            return new UserInfoResult.Refused(OAuthErrors.InsufficientScope, "The access token does not carry the scope openid.");
        }
        if (await clients.FindAsync(token.ClientId, cancellationToken) is not { } client)
        {
            return new UserInfoResult.Refused(OAuthErrors.InvalidToken, "The client of this access token is not registered any more.");
        }

        if (token.SessionId is not { } session || await subjects.UserOfAsync(token, cancellationToken) is not { } subject ||
            await sessions.FindUserAsync(session, subject, cancellationToken) is not { } person)
        {
            return new UserInfoResult.Refused(OAuthErrors.InvalidToken, "The session of this access token has ended.");
        }

        var requested = RequestedClaims.OfSession(person.RequestedClaims);
        var disclosure = Disclosure.Of(SpaceList.Split(token.ScopeText), requested, client, isAdmin: false);
        if (!disclosure.Scopes.Contains(Scopes.OpenId))
        {
            return new UserInfoResult.Refused(OAuthErrors.InsufficientScope, "The client is not registered for the scope openid any more.");
        }

        return new UserInfoResult.Told(ToldClaims.AtUserInfo(person, disclosure, client), client);
    }
}
