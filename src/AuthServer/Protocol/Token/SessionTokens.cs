using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Token;

/// <summary>The last step that every grant of a person's session shares: scopes, audience, claims.</summary>
public sealed class SessionTokens(
    TokenAudience audience, ClientSubjects subjects, AuthorizationDetails details, SessionLookup lookup)
{
    /// <summary>
    /// Why there can be no token for the resources asked for, or for those that nobody has named; asked before a code is redeemed or a
    /// refresh token rotated, because the client is told to ask again with another resource.
    /// </summary>
    /// <param name="granted">The scopes of the code or the session.</param>
    /// <param name="authorized">The resources of the authorization request; none: every one of the scopes and of the client.</param>
    public async ValueTask<GrantAnswer.Refused?> FindFaultAsync(
        GrantRequest request, Guid userId, ImmutableArray<string> granted, ImmutableArray<string> authorized,
        CancellationToken cancellationToken)
    {
        // A statement only where a scope of admins is among them.
        var isAdmin = !ScopeRules.AskForAdmin(granted) || await lookup.IsAdminAsync(userId, cancellationToken);
        var scopes = ScopeRules.ForPerson(granted, request.Client, isAdmin).Once();
        return (await audience.ResolveAsync(request.Client, scopes, request.Resources, authorized, cancellationToken)).Fault is { } fault
            ? new(OAuthErrors.InvalidTarget, fault) : null;
    }

    /// <summary>Why the details that the request names cannot be had; asked before what is redeemed once is taken.</summary>
    /// <param name="kept">What the person has allowed one by one; null: nothing.</param>
    public static GrantAnswer.Refused? FindFaultOfDetails(GrantRequest request, string? kept) =>
        AuthorizationDetails.Narrow(KeptDetails.Of(kept), request.Details).Fault is { } beyond
            ? new(AuthorizationDetails.Error, beyond) : null;

    /// <param name="granted">The scopes of this answer, from those of the session.</param>
    public async ValueTask<GrantAnswer> GrantAsync(
        GrantRequest request, GrantedSession session, ImmutableArray<string> granted, RefreshToken? refreshToken, string? nonce,
        CancellationToken cancellationToken)
    {
        var client = request.Client;
        var claims = RequestedClaims.OfSession(session.RequestedClaims);
        var disclosure = Disclosure.Of(granted, claims, client, session.IsAdmin);
        var target = await audience.ResolveAsync(
            client, disclosure.Scopes, request.Resources, SpaceList.Split(session.Resources), cancellationToken);
        if (target.Fault is { } fault) return new GrantAnswer.Refused(OAuthErrors.InvalidTarget, fault);
        var (narrowed, beyond) = AuthorizationDetails.Narrow(KeptDetails.Of(session.RequestedClaims), request.Details);
        if (beyond is not null) return new GrantAnswer.Refused(AuthorizationDetails.Error, beyond);

        return new GrantAnswer.Granted(
            TokenContent.OfSession(session, client.ClientId, target.Scopes, target.Audience) with
            {
                Subject = subjects.Of(client, session.UserId),
                AccessTokenAlgorithm = target.Algorithm,
                Lifetime = client.Tokens.AccessTokenLifetime,
                Nonce = nonce,
                Details = details.ForToken(narrowed, client, target.Audience),
                PersonClaims = request.GetsIdToken(target.Scopes)
                    ? ToldClaims.InIdToken(session, disclosure with { Scopes = target.Scopes }, client) : null,
                AccessClaims = ToldClaims.InAccessToken(session, target.Scopes, client),
            },
            // A narrowed access token does not affect the refresh token, but the client may have lost the right to one.
            client.MayUseOfflineAccess ? refreshToken : null)
        {
            SessionEndsAt = session.ExpiresAt,
        };
    }
}
