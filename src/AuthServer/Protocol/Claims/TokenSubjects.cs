using AuthServer.Clients.Directory;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Claims;

/// <summary>Finds the person behind the <c>sub</c> of an access token.</summary>
public sealed class TokenSubjects(ClientDirectory clients, ClientSubjects subjects, SessionLookup sessions)
{
    /// <returns>Null for a client on its own behalf, and when the session behind a pairwise subject does not stand.</returns>
    public ValueTask<Guid?> UserOfAsync(AccessToken token, CancellationToken cancellationToken) =>
        Guid.TryParse(token.Subject, out var id) ? new(id) : OwnerAsync(token, cancellationToken);

    // A pairwise subject cannot be turned round, so the session says whose it is; one statement more, for such clients alone. It may be the
    // session of another client: that of an exchanged token (RFC 8693) is.
    private async ValueTask<Guid?> OwnerAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (token.SessionId is not { } session) return null;
        if (await clients.FindAsync(token.ClientId, cancellationToken) is not { Sector: not null } client) return null;
        return await sessions.FindOwnerAsync(session, cancellationToken) is { } owner
            && subjects.Means(client, token.Subject, owner)
            ? owner : null;
    }
}
