using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>The token that is exchanged, and the session behind it.</summary>
/// <param name="Session">Null: a client's own token.</param>
/// <param name="Person">Whose session it is.</param>
public sealed record ExchangedSubject(AccessToken Token, StandingGrant? Session, Guid? Person)
{
    /// <summary>
    /// What a new token may have: scopes of this one, and those of the policy that the person has granted; never more than the registration
    /// of today has. An ID token, a refresh token and userinfo are for the client that the person knows.
    /// </summary>
    public ImmutableArray<string> MayHave(ExchangePolicy policy, RegisteredClient client)
    {
        var own = SpaceList.Split(Token.ScopeText);
        var more = SpaceList.Split(Session?.Scopes).Keep(policy.Scopes, static (scope, those) => those.Contains(scope));
        ImmutableArray<string> all =
            [.. own.Union(more, StringComparer.Ordinal).Where(scope => scope is not (ScopeRules.OpenId or Scopes.OfflineAccess))];
        return Session is { } of ? ScopeRules.ForPerson(all, client, of.IsAdmin) : all.Keep(client, static (s, c) => c.Scopes.Contains(s));
    }
}

/// <summary>Judges the tokens of an exchange (RFC 8693 section 2.1), and whether what stands behind them still stands.</summary>
public sealed class ExchangedTokens(AccessTokenReader reader, SessionLookup sessions, TokenSubjects subjects,
    ClientDirectory clients, IssuerOptions issuer)
{
    public async ValueTask<(ExchangedSubject? Subject, string? Fault)> FindSubjectAsync(
        TokenExchangeGrantRequest request, ExchangePolicy policy, CancellationToken stop)
    {
        var client = request.Client;
        if (Read(request, request.SubjectToken) is not { } token)
        {
            return (
                null, "The subject_token is no valid access token of this server, or is bound to a key that the request does not prove.");
        }

        if (!policy.SubjectClients.Contains(token.ClientId))
        {
            return (null, "The client may not exchange tokens of the client that the subject_token was issued to.");
        }
        // Whoever exchanges a token must have come by it honestly: as its owner, or as the API that was called with it.
        if (token.ClientId != client.ClientId && !token.Audiences.Any(client.Introspects.Contains))
        {
            return (null, "The subject_token was neither issued to the client nor meant for a resource of it.");
        }

        if (token.SessionId is not { } session)
        {
            return ClientPermissions.MayActAlone(await clients.FindAsync(token.ClientId, stop))
                ? (new(token, null, null), null) : (null, "The client of the subject_token may not act for itself any more.");
        }

        return await subjects.UserOfAsync(token, stop) is { } user && await sessions.FindGrantAsync(session, user, stop) is { } standing
            ? (new(token, standing, user), null)
            : (null, "The session of the subject_token has ended.");
    }

    /// <returns>Who acts by the actor_token; null where there is none, or what is wrong with it.</returns>
    public async ValueTask<(string? Actor, string? Fault)> FindActorAsync(TokenExchangeGrantRequest request, CancellationToken stop)
    {
        if (request.ActorToken is not { } text) return default;
        if (Read(request, text) is not { } token || token.ClientId != request.Client.ClientId || token.Actor is not null)
        {
            return (null, "The actor_token is no valid access token that this server has issued to the client for nobody else.");
        }

        if (token.SessionId is not { } session) return (token.Subject, null);
        return await subjects.UserOfAsync(token, stop) is { } user && await sessions.FindGrantAsync(session, user, stop) is not null
            ? (token.Subject, null)
            : (null, "The session of the actor_token has ended.");
    }

    /// <summary>
    /// Whether the exchanged token lets this party act (<c>may_act</c>, RFC 8693 section 4.4). Where it names nobody, the registration
    /// decides alone; a member that is not known here is not met.
    /// </summary>
    /// <param name="actor">The subject of the actor_token, or the client itself.</param>
    public bool MayAct(AccessToken token, string actor, RegisteredClient client) => token.MayAct is not { } named
        || (named.ValueKind == JsonValueKind.Object && named.EnumerateObject().Any() && named.EnumerateObject().All(
            member => member.Value.ValueKind == JsonValueKind.String && member.Value.GetString() == member.Name switch
            {
                ClaimNames.Subject => actor,
                ClaimNames.ClientId => client.ClientId,
                ClaimNames.Issuer => issuer.IssuerText,
                _ => null,
            }));

    // RFC 9449 and RFC 8705 know a bound token by the proof of its key alone: whoever was called with it does not have the key, and its
    // holder gets nothing by it that is not bound to the key again.
    private AccessToken? Read(TokenExchangeGrantRequest request, string text) =>
        reader.ReadAny(text) is { } token
            && (token.Confirmation is not { } bound || (request.Sender is { } sender && bound.IsProvedBy(sender))) ? token : null;
}
