using System.Data.Common;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>A client session that stands, as introspection reports it.</summary>
public sealed record StandingSession(Guid Id, Guid UserId, string? ClientId, string? Scopes, string? Resources, DateTime ExpiresAt, DateTime? CreatedAt);

/// <summary>What a call of the JSON API needs of the session behind its token.</summary>
public sealed record StandingCaller(DateTime? AuthTime, bool IsAdmin);

/// <summary>Asks whether the session behind a token still stands, in one statement.</summary>
public sealed class SessionLookup(AuthDbContext db, DirectSql direct, TimeProvider time)
{
    private const string StandingSql =
        """
        FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = @id AND s.user_id = @user AND s.kind = 1 AND s.expires_at > @now
          AND (s.absolute_expires_at IS NULL OR s.absolute_expires_at > @now) AND u.disabled_at IS NULL AND u.security_stamp = s.security_stamp
        """;

    private const string StandsSql = "SELECT s.id " + StandingSql;

    private const string CallerSql =
        """
        SELECT s.auth_time, (SELECT COUNT(*) FROM user_roles r JOIN roles ON roles.id = r.role_id
                             WHERE r.user_id = s.user_id AND roles.normalized_name = 'admin')
        """ + "\n" + StandingSql + " AND s.client_id = @client";

    private const string UserSql =
        "SELECT u.email, u.email_verified, u.first_name, u.last_name, u.updated_at, u.claims, s.requested_claims " + StandingSql;

    public async ValueTask<bool> StandsAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken) =>
        await direct.FirstAsync(StandsSql, values => Name(values, sessionId, userId), static _ => "stands", cancellationToken) is not null;

    /// <summary>The standing session behind an access token of this client, and whether its user is an admin now.</summary>
    public ValueTask<StandingCaller?> FindCallerAsync(Guid sessionId, Guid userId, string clientId, CancellationToken cancellationToken) => direct.FirstAsync(
        CallerSql, values => Name(values, sessionId, userId).Add("client", clientId), static row => new StandingCaller(row.TimeOrNull(0), row.GetInt64(1) > 0), cancellationToken);

    /// <summary>What userinfo tells of the user of a standing session.</summary>
    public async ValueTask<(User User, string? RequestedClaims)?> FindUserAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken)
    {
        var found = await direct.FirstAsync(UserSql, values => Name(values, sessionId, userId), row => Tuple.Create(ReadUser(row, userId), row.Text(6)), cancellationToken);
        return found is null ? null : (found.Item1, found.Item2);
    }

    private DirectParameters Name(DirectParameters values, Guid sessionId, Guid userId) =>
        values.Add("id", sessionId).Add("user", userId).Add("now", time.GetUtcNow().UtcDateTime);

    private static User ReadUser(DbDataReader row, Guid userId) => new()
    {
        Id = userId,
        Email = row.Text(0),
        EmailConfirmed = row.GetBoolean(1),
        FirstName = row.Text(2),
        LastName = row.Text(3),
        UpdatedAt = row.TimeOrNull(4),
        Claims = row.Text(5),
    };

    /// <summary>The standing session whose valid token this is; it is not rotated.</summary>
    public Task<StandingSession?> FindByRefreshTokenAsync(RefreshToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var hash = token.Hash;
        return Standing(time.GetUtcNow().UtcDateTime).Where(x => x.Session.Id == token.SessionId && x.Session.TokenHash == hash)
            .Select(x => new StandingSession(
                x.Session.Id, x.User.Id, x.Session.ClientId, x.Session.Scopes, x.Session.Resources, x.Session.ExpiresAt, x.Session.CreatedAt))
            .FirstOrDefaultAsync(cancellationToken);
    }

    private IQueryable<SessionAndUser> Standing(DateTime now) =>
        from s in db.Sessions
        join u in db.Users on s.UserId equals u.Id
        where s.Kind == SessionKind.Client && s.ExpiresAt > now && (s.AbsoluteExpiresAt == null || s.AbsoluteExpiresAt > now)
            && u.DisabledAt == null && u.SecurityStamp == s.SecurityStamp
        select new SessionAndUser { Session = s, User = u };

    private sealed class SessionAndUser
    {
        public required UserSession Session { get; init; }

        public required User User { get; init; }
    }
}
