using System.Collections.Immutable;
using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>What a grant needs of a client session and its user, read in the statement that opened or rotated it.</summary>
public sealed class GrantedSession
{
    public Guid Id { get; set; }

    public Guid UserId { get; set; }

    public string? Scopes { get; set; }

    public string? Resources { get; set; }

    public DateTime? AuthTime { get; set; }

    public string? Amr { get; set; }

    public string? Acr { get; set; }

    public string? RequestedClaims { get; set; }

    public DateTime ExpiresAt { get; set; }

    /// <summary>How many admin roles the user holds now.</summary>
    public int AdminRoles { get; set; }

    public bool IsAdmin => AdminRoles > 0;

    /// <summary>
    /// The user as far as ID tokens tell about them; null when neither a scope nor a single claim of the session asks for that.
    /// </summary>
    public User? Person { get; set; }

    /// <summary>The names of the user's roles now; none when neither a scope nor a single claim of the session asks for them.</summary>
    public ImmutableArray<string> Roles { get; set; } = [];

    // Only a filter, which may read too much: what is told is decided by the disclosure. A database evaluates the branch that it takes.
    private const string TellsOfPerson =
        """
        user_sessions.requested_claims IS NOT NULL OR user_sessions.scopes LIKE '%profile%' OR user_sessions.scopes LIKE '%email%'
          OR user_sessions.scopes LIKE '%phone%' OR user_sessions.scopes LIKE '%address%'
        """;

    /// <summary>A column with the names of the user's roles, where something of the session asks for them.</summary>
    /// <remarks>The same as above: a filter that may read too much.</remarks>
    internal const string RoleColumn =
        $"""
        CASE WHEN user_sessions.requested_claims IS NOT NULL OR user_sessions.scopes LIKE '%roles%' OR user_sessions.scopes LIKE '%groups%'
          THEN (SELECT string_agg(roles.name, '{RoleSeparator}') FROM user_roles JOIN roles ON roles.id = user_roles.role_id
                WHERE user_roles.user_id = user_sessions.user_id) END AS role_names
        """;

    // A control character, which no name of a role has.
    private const string RoleSeparator = "\u001f";

    /// <summary>The columns of this type, for SELECT and RETURNING.</summary>
    /// <remarks>Subqueries, because RETURNING joins no table on SQLite.</remarks>
    internal const string Columns =
        $"""
        user_sessions.id, user_sessions.user_id, user_sessions.scopes, user_sessions.resources, user_sessions.auth_time, user_sessions.amr,
        user_sessions.acr, user_sessions.requested_claims, user_sessions.expires_at,
        CAST((SELECT COUNT(*) FROM user_roles JOIN roles ON roles.id = user_roles.role_id
              WHERE user_roles.user_id = user_sessions.user_id AND roles.normalized_name = 'admin') AS integer) AS admin_roles,
        CASE WHEN {TellsOfPerson} THEN (SELECT u.email FROM users u WHERE u.id = user_sessions.user_id) END AS person_email,
        CASE WHEN {TellsOfPerson} THEN (SELECT u.email_verified FROM users u WHERE u.id = user_sessions.user_id) END
          AS person_email_verified,
        CASE WHEN {TellsOfPerson} THEN (SELECT u.first_name FROM users u WHERE u.id = user_sessions.user_id) END AS person_first_name,
        CASE WHEN {TellsOfPerson} THEN (SELECT u.last_name FROM users u WHERE u.id = user_sessions.user_id) END AS person_last_name,
        CASE WHEN {TellsOfPerson} THEN (SELECT u.updated_at FROM users u WHERE u.id = user_sessions.user_id) END AS person_updated_at,
        CASE WHEN {TellsOfPerson} THEN (SELECT u.claims FROM users u WHERE u.id = user_sessions.user_id) END AS person_claims,
        {RoleColumn}
        """;

    /// <summary>How many columns there are: a statement that reads more of them begins here.</summary>
    internal const int ColumnCount = 17;

    /// <summary>Reads a row of <see cref="Columns"/>.</summary>
    internal static GrantedSession Read(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        UserId = row.GetGuid(1),
        Scopes = row.Text(2),
        Resources = row.Text(3),
        AuthTime = row.TimeOrNull(4),
        Amr = row.Text(5),
        Acr = row.Text(6),
        RequestedClaims = row.Text(7),
        ExpiresAt = row.Time(8),
        AdminRoles = row.GetInt32(9),
        Person = row.Text(10) is { } email ? ReadPerson(row, email) : null,
        Roles = ReadRoles(row.Text(16)),
    };

    /// <summary>Reads <see cref="RoleColumn"/>, in an order that both databases agree on.</summary>
    internal static ImmutableArray<string> ReadRoles(string? names) =>
        names is null ? [] : [.. names.Split(RoleSeparator, StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static User ReadPerson(DbDataReader row, string email) => new()
    {
        Id = row.GetGuid(1),
        Email = email,
        EmailConfirmed = row.GetBoolean(11),
        FirstName = row.Text(12),
        LastName = row.Text(13),
        UpdatedAt = row.TimeOrNull(14),
        Claims = row.Text(15),
    };
}
