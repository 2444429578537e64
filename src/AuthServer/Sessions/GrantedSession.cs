using System.Data.Common;
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

    /// <summary>The columns of this type, for SELECT and RETURNING.</summary>
    internal const string Columns =
        """
        user_sessions.id, user_sessions.user_id, user_sessions.scopes, user_sessions.resources, user_sessions.auth_time, user_sessions.amr,
        user_sessions.acr, user_sessions.requested_claims, user_sessions.expires_at,
        CAST((SELECT COUNT(*) FROM user_roles JOIN roles ON roles.id = user_roles.role_id
              WHERE user_roles.user_id = user_sessions.user_id AND roles.normalized_name = 'admin') AS integer) AS admin_roles
        """;

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
    };
}
