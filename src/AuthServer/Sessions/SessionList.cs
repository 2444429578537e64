using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>A session that stands, as its person sees it.</summary>
/// <param name="ClientId">Null for a browser session.</param>
/// <param name="Offline">The app stays signed in while it is not used.</param>
public sealed record ListedSession(
    Guid Id, SessionKind Kind, Guid? ParentId, string? ClientId, string? Scopes, bool Offline, DateTime? CreatedAt, DateTime? LastSeenAt,
    DateTime ExpiresAt, string? IpAddress, string? UserAgent);

/// <summary>A place where a person is signed in: a browser with the apps opened from it, or an app by itself.</summary>
public sealed record SignedInPlace(ListedSession Session, IReadOnlyList<ListedSession> Apps);

/// <summary>Lists the sessions of a person that stand.</summary>
public sealed class SessionList(SqlRunner sql, TimeProvider time)
{
    /// <summary>The list ends here; whoever has more ends all others at once.</summary>
    public const int Most = 500;

    private const string ListSql =
        $"""
        SELECT user_sessions.id, user_sessions.kind, user_sessions.parent_id, user_sessions.client_id, user_sessions.scopes,
          user_sessions.offline, user_sessions.created_at, user_sessions.last_seen_at, user_sessions.expires_at, user_sessions.ip_address,
          user_sessions.user_agent
        {StandingSession.From} AND user_sessions.user_id = @user
        ORDER BY COALESCE(user_sessions.last_seen_at, user_sessions.created_at) DESC, user_sessions.id DESC LIMIT @most
        """;

    /// <summary>In one statement, the one seen last first.</summary>
    public ValueTask<List<ListedSession>> ListAsync(Guid userId, CancellationToken cancellationToken) => sql.ListAsync(
        ListSql, values => values.Add("user", userId).Add("now", time.GetUtcNow().UtcDateTime).Add("most", Most), Read, cancellationToken);

    /// <summary>The same sessions by place; an app whose browser session has ended stands by itself.</summary>
    public async Task<IReadOnlyList<SignedInPlace>> PlacesAsync(Guid userId, CancellationToken cancellationToken)
    {
        var sessions = await ListAsync(userId, cancellationToken);
        var browsers = sessions.Where(s => s.Kind == SessionKind.Browser).Select(s => s.Id).ToHashSet();
        var apps = sessions.Where(s => s.ParentId is { } parent && browsers.Contains(parent)).ToLookup(s => s.ParentId!.Value);
        return [.. from session in sessions
            where session.ParentId is not { } parent || !browsers.Contains(parent)
            select new SignedInPlace(session, [.. apps[session.Id]])];
    }

    private static ListedSession Read(DbDataReader row) => new(
        row.GetGuid(0), (SessionKind)row.GetInt32(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.Text(3), row.Text(4), row.GetBoolean(5),
        row.TimeOrNull(6), row.TimeOrNull(7), row.Time(8), row.Text(9), row.Text(10));
}
