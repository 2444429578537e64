using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Data;
using AuthServer.Data.Entities;

namespace AuthServer.Sessions;

/// <summary>A session that ends, or whose browser session does.</summary>
/// <param name="Registration">The column of its client, where the client is to be told of it; else null.</param>
internal sealed record EndingSession(Guid Id, Guid? UserId, string? ClientId, bool Offline, string? Registration);

/// <summary>A session whose end the browser tells the client of, in a frame (OpenID Connect Front-Channel Logout 1.0).</summary>
public sealed record ShownEnd(string ClientId, Guid SessionId);

/// <summary>Notes, for sessions that end, which clients are to get a logout token (OpenID Connect Back-Channel Logout 1.0).</summary>
internal static class LogoutNotices
{
    /// <summary>How long a client is tried that does not take it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    /// <remarks>
    /// With the registration, in one statement and of this very moment: another process may have changed it, and a client that is being
    /// deleted is still there.
    /// </remarks>
    public static IQueryable<EndingSession> Read(AuthDbContext db, IQueryable<UserSession> sessions) => sessions.Select(
        s => new EndingSession(
            s.Id, s.UserId, s.ClientId, s.Offline,
            db.Clients.Where(c => c.ClientId == s.ClientId && c.Properties!.Contains(LogoutMetadata.AddressMark))
                .Select(c => c.Properties).FirstOrDefault()));

    /// <summary>Adds the notices to the changes of the context, so that they are committed with the end of the sessions.</summary>
    /// <param name="shown">Gets the sessions of clients that the browser is to show.</param>
    /// <returns>Whether there are any.</returns>
    public static bool Add(AuthDbContext db, IEnumerable<EndingSession> sessions, DateTime now, ICollection<ShownEnd>? shown)
    {
        var any = false;
        // Most have one client, or many sessions of the same one.
        (string? Column, ClientMetadata? Read) last = default;
        foreach (var session in sessions)
        {
            if (session is not { ClientId: { } clientId, Registration: { } registration }) continue;
            if (!ReferenceEquals(last.Column, registration) && last.Column != registration) last = (registration, Metadata(registration));
            if (last.Read is { Logout.FrontchannelUri: not null }) shown?.Add(new(clientId, session.Id));
            if (last.Read is not { Logout.BackchannelUri: { } address } client) continue;
            any = true;
            db.LogoutNotices.Add(new LogoutNotice
            {
                Id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)),
                ClientId = clientId,
                UserId = session.UserId,
                SessionId = session.Id,
                LogoutUri = address,
                SigningAlg = client.IdTokenSignedResponseAlg,
                NextAttemptAt = now,
                CreatedAt = now,
                ExpiresAt = now + Patience,
            });
        }

        return any;
    }

    private static ClientMetadata Metadata(string registration) =>
        ClientMetadataReader.ReadLeniently(ClientColumns.ReadMetadata(registration));
}
