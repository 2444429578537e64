using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Introspection;

/// <summary>Whom a token may be told about, whether it still counts, and what is told of its person (RFC 7662 section 2.2).</summary>
public sealed class TokenDisclosure(SessionLookup sessions, TokenSubjects subjects, ClientDirectory clients)
{
    /// <summary>Tells the client that it was issued to, and those that serve an audience of it, while its session stands.</summary>
    /// <returns>Null when the caller is not told.</returns>
    public async ValueTask<ToldToken?> FindAsync(AccessToken token, RegisteredClient caller, CancellationToken cancellationToken)
    {
        if (token.ClientId != caller.ClientId && !Serves(caller, token)) return null;
        if (token.SessionId is not { } session)
        {
            // Nothing but the registration stands behind it.
            var client = await clients.FindAsync(token.ClientId, cancellationToken);
            return ClientPermissions.MayActAlone(client) ? new(token, Email: null) : null;
        }

        if (await subjects.UserOfAsync(token, cancellationToken) is not { } user
            || await sessions.FindEmailAsync(session, user, cancellationToken) is not { } email)
        {
            return null;
        }
        return new(token, token.HasScope(Scopes.Email) && await IsToldAsync(token, cancellationToken) ? email : null);
    }

    /// <summary>Tells of a refresh token only to the client that it was issued to: it has no audience but us.</summary>
    /// <returns>The session; null when the caller is not told.</returns>
    public async ValueTask<RefreshableSession?> FindAsync(RefreshToken token, RegisteredClient caller, CancellationToken cancellationToken)
    {
        if (await sessions.FindByRefreshTokenAsync(token, cancellationToken) is not { } session || session.ClientId != caller.ClientId)
        {
            return null;
        }
        return TellsEmail(caller, session.Scopes) ? session : session with { Email = null };
    }

    private static bool Serves(RegisteredClient caller, AccessToken token)
    {
        foreach (var audience in token.Audiences)
        {
            if (caller.Introspects.Contains(audience)) return true;
        }

        return false;
    }

    // A resource server learns the address only where the person has given it, and the registration of today still asks for it.
    private async ValueTask<bool> IsToldAsync(AccessToken token, CancellationToken cancellationToken) =>
        await clients.FindAsync(token.ClientId, cancellationToken) is { } client && TellsEmail(client, token.ScopeText);

    private static bool TellsEmail(RegisteredClient client, string? scopes) =>
        Disclosure.Of(SpaceList.Split(scopes), RequestedClaims.None, client, isAdmin: false).Tells(ClaimNames.Email);
}

/// <summary>An access token that counts, and what its caller learns beyond its claims.</summary>
/// <param name="Email">The address of the person; null where it is not granted.</param>
public readonly record struct ToldToken(AccessToken Token, string? Email);
