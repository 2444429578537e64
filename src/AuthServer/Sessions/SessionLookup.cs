using System.Collections.Immutable;
using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>A standing client session, found by its refresh token.</summary>
/// <param name="Email">The address of its user.</param>
/// <param name="RequestedClaims">What was asked for one by one when the session was opened.</param>
public sealed record RefreshableSession(
    Guid Id, Guid UserId, string? ClientId, string? Scopes, string? Resources, DateTime ExpiresAt, string? Email, string? RequestedClaims);

/// <summary>What a call of the JSON API needs of the session behind its token.</summary>
/// <param name="HasApp">Whether the account has an authenticator app today.</param>
/// <param name="HasPasskey">Whether it has a passkey.</param>
/// <param name="AmrText">How the person signed in (<c>amr</c>): the token does not tell it.</param>
public readonly record struct StandingCaller(DateTime? AuthTime, bool IsAdmin, bool HasApp, bool HasPasskey, string? AmrText);

/// <summary>What a person has granted in a session that stands.</summary>
/// <param name="Roles">Of the person today; none where nothing of the session asks for them.</param>
public sealed record StandingGrant(string? Scopes, bool IsAdmin, ImmutableArray<string> Roles);

/// <summary>What userinfo needs of a person.</summary>
/// <param name="Roles">None where nothing of the session asks for them.</param>
/// <param name="RequestedClaims">What was asked for one by one when the session was opened.</param>
public sealed record ToldUser(User User, ImmutableArray<string> Roles, string? RequestedClaims);

/// <summary>Asks whether the session behind a token still stands, in one statement.</summary>
public sealed class SessionLookup(SqlRunner sql, TimeProvider time)
{
    private const string OfClient = $"{StandingSession.From} AND user_sessions.kind = 1 AND user_sessions.id = @id";

    private const string OfUser = $"{OfClient} AND user_sessions.user_id = @user";

    private const string TokenSql =
        $"""
        SELECT user_sessions.id, user_sessions.user_id, user_sessions.client_id, user_sessions.scopes, user_sessions.resources,
          user_sessions.expires_at, users.email, user_sessions.requested_claims
        {OfClient} AND user_sessions.token_hash = @hash
        """;

    private const string OwnerSql = $"SELECT user_sessions.user_id {OfClient}";

    private const string EmailSql = $"SELECT users.email {OfUser}";

    private const string CallerSql =
        $"""
        SELECT user_sessions.auth_time, (SELECT COUNT(*) FROM user_roles JOIN roles ON roles.id = user_roles.role_id
          WHERE user_roles.user_id = user_sessions.user_id AND roles.normalized_name = 'admin'),
          users.two_factor_enabled, (SELECT COUNT(*) FROM passkeys WHERE passkeys.user_id = user_sessions.user_id), user_sessions.amr
        {OfUser} AND user_sessions.client_id = @client
        """;

    private const string GrantSql =
        $"""
        SELECT user_sessions.scopes, (SELECT COUNT(*) FROM user_roles JOIN roles ON roles.id = user_roles.role_id
          WHERE user_roles.user_id = user_sessions.user_id AND roles.normalized_name = 'admin'), {GrantedSession.RoleColumn}
        {OfUser}
        """;

    private const string AdminSql =
        """
        SELECT 1 FROM user_roles JOIN roles ON roles.id = user_roles.role_id
        WHERE user_roles.user_id = @user AND roles.normalized_name = 'admin'
        """;

    private const string UserSql =
        $"""
        SELECT users.email, users.email_verified, users.first_name, users.last_name, users.updated_at, users.claims,
          user_sessions.requested_claims, {GrantedSession.RoleColumn}
        {OfUser}
        """;

    /// <summary>The user of a standing session of a client; null when it does not stand.</summary>
    public ValueTask<Guid?> FindOwnerAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return sql.FirstValueAsync(
            OwnerSql, values => values.Add("id", sessionId).Add("now", now), static row => row.GetGuid(0), cancellationToken);
    }

    /// <summary>The e-mail address of the user of a standing session; null when the session does not stand.</summary>
    public ValueTask<string?> FindEmailAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken) =>
        sql.FirstAsync(EmailSql, values => Name(values, sessionId, userId), static row => row.GetString(0), cancellationToken);

    /// <summary>The standing session behind an access token of this client, and whether its user is an admin now.</summary>
    public ValueTask<StandingCaller?> FindCallerAsync(Guid sessionId, Guid userId, string clientId, CancellationToken cancellationToken) =>
        sql.FirstValueAsync(
            CallerSql, values => Name(values, sessionId, userId).Add("client", clientId),
            static row => new StandingCaller(
                row.TimeOrNull(0), row.GetInt64(1) > 0, row.GetBoolean(2), row.GetInt64(3) > 0, row.Text(4)),
            cancellationToken);

    /// <summary>What the person of a standing session has granted there.</summary>
    public ValueTask<StandingGrant?> FindGrantAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken) => sql.FirstAsync(
        GrantSql, values => Name(values, sessionId, userId),
        static row => new StandingGrant(row.Text(0), row.GetInt64(1) > 0, GrantedSession.ReadRoles(row.Text(2))), cancellationToken);

    /// <summary>What userinfo tells of the user of a standing session.</summary>
    public ValueTask<ToldUser?> FindUserAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken) => sql.FirstAsync(
        UserSql, values => Name(values, sessionId, userId),
        row => new ToldUser(ReadUser(row, userId), GrantedSession.ReadRoles(row.Text(7)), row.Text(6)), cancellationToken);

    /// <summary>Whether a user is an admin now, for an answer that no session stands behind yet.</summary>
    public ValueTask<bool> IsAdminAsync(Guid userId, CancellationToken cancellationToken) =>
        sql.ExistsAsync(AdminSql, values => values.Add("user", userId), cancellationToken);

    /// <summary>The standing session whose valid token this is; it is not rotated.</summary>
    public ValueTask<RefreshableSession?> FindByRefreshTokenAsync(RefreshToken token, CancellationToken cancellationToken)
    {
        return sql.FirstAsync(
            TokenSql, values => values.Add("id", token.SessionId).Add("hash", token.Hash).Add("now", time.GetUtcNow().UtcDateTime),
            static row => new RefreshableSession(
                row.GetGuid(0), row.GetGuid(1), row.Text(2), row.Text(3), row.Text(4), row.Time(5), row.Text(6), row.Text(7)),
            cancellationToken);
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
}
