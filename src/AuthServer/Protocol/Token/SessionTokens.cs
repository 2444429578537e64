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
    public async ValueTask<GrantAnswer> GrantAsync(
        GrantedSession session, RegisteredClient client, ImmutableArray<string> granted, ImmutableArray<string> resources,
        RefreshToken? refreshToken, string? nonce, CancellationToken cancellationToken)
    {
        var target = await audience.ResolveAsync([.. ScopeRules.ForPerson(granted, client, session.IsAdmin)], resources, cancellationToken);
        if (target is not var (forResources, scopes))
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidTarget, "A resource was asked for that none of the granted scopes belongs to.");
        }

        return new GrantAnswer.Granted(
            TokenContent.OfSession(session, client.ClientId, scopes, forResources) with
            {
                Nonce = nonce,
                RequestedClaims = session.RequestedClaims is null ? null : await RequestedAsync(session, cancellationToken),
            },
            // Whatever this access token was narrowed to; the client may have lost the right since.
            client.MayUseOfflineAccess ? refreshToken : null)
        {
            SessionEndsAt = session.ExpiresAt,
        };
    }

    // OpenID Connect Core 5.5: claims asked for in the ID token one by one. Only then is the profile read.
    private async Task<JsonObject?> RequestedAsync(GrantedSession session, CancellationToken cancellationToken)
    {
        var asked = (RequestedClaims.Parse(session.RequestedClaims) ?? RequestedClaims.None).IdToken;
        if (asked.IsEmpty || await lookup.FindUserAsync(session.Id, session.UserId, cancellationToken) is not var (user, _)) return null;
        return new JsonObject(StandardClaims.Of(user).Where(c => asked.Contains(c.Key)).Select(c => KeyValuePair.Create(c.Key, c.Value?.DeepClone())));
    }
}
