using AuthServer.Clients.Directory;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Introspection;

/// <summary>Whom an access token may be told about, and whether it still counts (RFC 7662 section 2.2).</summary>
public sealed class TokenDisclosure(SessionLookup sessions)
{
    /// <summary>The client that it was issued to, and those that serve an audience of it, while its session stands.</summary>
    public async ValueTask<bool> AllowsAsync(AccessToken token, RegisteredClient caller, CancellationToken cancellationToken)
    {
        if (token.ClientId != caller.ClientId && !token.Audiences.Any(caller.Introspects.Contains)) return false;
        return token.SessionId is not { } session
            || (Guid.TryParse(token.Subject, out var user) && await sessions.StandsAsync(session, user, cancellationToken));
    }
}
