using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>A client session that stands, as introspection reports it.</summary>
public sealed record StandingSession(Guid Id, Guid UserId, string? ClientId, string? Scopes, string? Resources, DateTime ExpiresAt, DateTime? CreatedAt);

/// <summary>What a call of the JSON API needs of the session behind its token.</summary>
public sealed record StandingCaller(DateTime? AuthTime, bool IsAdmin);

/// <summary>Asks whether the session behind a token still stands, in one statement.</summary>
public sealed class SessionLookup(SqlRunner direct, TimeProvider time)
{
    private const string StandingSql =
        """
        FROM user_sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = @id AND s.kind = 1 AND s.expires_at > @now
          AND (s.absolute_expires_at IS NULL OR s.absolute_expires_at > @now) AND u.disabled_at IS NULL AND u.security_stamp = s.security_stamp
        """;

    private const string OfUser = " AND s.user_id = @user";

    private const string TokenSql =
        "SELECT s.id, s.user_id, s.client_id, s.scopes, s.resources, s.expires_at, s.created_at " + StandingSql + " AND s.token_hash = @hash";

    private const string StandsSql = "SELECT s.id " + StandingSql + OfUser;

    private const string CallerSql =
        """
        SELECT s.auth_time, (SELECT COUNT(*) FROM user_roles r JOIN roles ON roles.id = r.role_id
                             WHERE r.user_id = s.user_id AND roles.normalized_name = 'admin')
        """ + "\n" + StandingSql + OfUser + " AND s.client_id = @client";

    private const string UserSql =
        "SELECT u.email, u.email_verified, u.first_name, u.last_name, u.updated_at, u.claims, s.requested_claims " + StandingSql + OfUser;

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

    private SqlValues Name(SqlValues values, Guid sessionId, Guid userId) =>
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
    public ValueTask<StandingSession?> FindByRefreshTokenAsync(RefreshToken token, CancellationToken cancellationToken)
    {
        return direct.FirstAsync(
            TokenSql, values => values.Add("id", token.SessionId).Add("hash", token.Hash).Add("now", time.GetUtcNow().UtcDateTime),
            static row => new StandingSession(row.GetGuid(0), row.GetGuid(1), row.Text(2), row.Text(3), row.Text(4), row.Time(5), row.TimeOrNull(6)),
            cancellationToken);
    }
}
