using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users.Profile;

namespace AuthServer.Protocol.Token;

/// <summary>The last step that every grant of a person's session shares: scopes, audience, claims.</summary>
public sealed class SessionTokens(TokenAudience audience, SessionLookup lookup)
{
    /// <param name="granted">The scopes of this answer, from those of the session.</param>
    /// <param name="resources">The <c>resource</c> parameters of this request.</param>
    public async ValueTask<GrantAnswer> GrantAsync(
        GrantedSession session, RegisteredClient client, ImmutableArray<string> granted, ImmutableArray<string> resources,
        RefreshToken? refreshToken, string? nonce, CancellationToken cancellationToken)
    {
        var claims = RequestedClaims.Parse(session.RequestedClaims) ?? RequestedClaims.None;
        var disclosure = Disclosure.Of(granted, claims, client, session.IsAdmin);
        var target = await audience.ResolveAsync(client, disclosure.Scopes, resources, ScopeRules.Split(session.Resources), cancellationToken);
        if (target.Fault is { } fault) return new GrantAnswer.Refused(OAuthErrors.InvalidTarget, fault);

        return new GrantAnswer.Granted(
            TokenContent.OfSession(session, client.ClientId, target.Scopes, target.Audience) with
            {
                Nonce = nonce,
                RequestedClaims = await RequestedAsync(session, disclosure, cancellationToken),
            },
            // Whatever this access token was narrowed to; the client may have lost the right since.
            client.MayUseOfflineAccess ? refreshToken : null)
        {
            SessionEndsAt = session.ExpiresAt,
        };
    }

    // OpenID Connect Core 5.5: claims asked for in the ID token one by one. Only then is the profile read.
    private async ValueTask<JsonObject?> RequestedAsync(GrantedSession session, Disclosure disclosure, CancellationToken cancellationToken)
    {
        var asked = disclosure.IdToken;
        if (asked.IsEmpty || await lookup.FindUserAsync(session.Id, session.UserId, cancellationToken) is not var (user, _)) return null;
        return new JsonObject(StandardClaims.Of(user).Where(c => asked.Contains(c.Key)).Select(c => KeyValuePair.Create(c.Key, c.Value?.DeepClone())));
    }
}
