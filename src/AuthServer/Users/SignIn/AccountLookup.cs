using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Users.EmailAddresses;

namespace AuthServer.Users.SignIn;

/// <summary>Finds the account of an e-mail address as people type it.</summary>
public sealed class AccountLookup(SqlRunner sql)
{
    private const string Columns =
        """
        SELECT id, email, email_key, email_verified, password_hash, first_name, last_name, claims, two_factor_enabled, security_stamp,
          concurrency_stamp, version, disabled_at, created_at, updated_at, delete_after, theme
        FROM users
        """;

    private const string ByKey = $"{Columns} WHERE email_key = @key";

    private const string ById = $"{Columns} WHERE id = @id";

    private const string ByUpstream =
        $"""
        {Columns} WHERE id = (
          SELECT user_id FROM user_logins WHERE login_provider = @issuer AND provider_key = @subject)
        """;

    // The session may have ended since it was found, with the stamp that it began with.
    private const string BySession =
        $"""
        {ById} AND EXISTS (
          SELECT 1 FROM user_sessions s WHERE s.id = @session AND s.user_id = users.id AND s.security_stamp = users.security_stamp)
        """;

    private const string ByEitherKey = $"{Columns} WHERE email_key = @key OR email_key = @other";

    /// <summary>Runs one statement; no DbContext tracks the returned user.</summary>
    public async Task<User?> FindAsync(string email, CancellationToken cancellationToken)
    {
        var key = EmailKey.Of(email);
        var other = EmailKey.OfSqlClient(email);
        // PostgreSQL takes no text with U+0000, so no account has one.
        if (key.Contains('\0', StringComparison.Ordinal)) return null;
        if (key == other) return await sql.FirstAsync(ByKey, values => values.Add("key", key), Read, cancellationToken);

        // A row that another SQL client wrote has a simpler key for domains beyond ASCII. Ours comes first.
        var found = await sql.ListAsync(ByEitherKey, values => values.Add("key", key).Add("other", other), Read, cancellationToken);
        return found.Find(u => u.NormalizedEmail == key) ?? found.FirstOrDefault();
    }

    /// <inheritdoc cref="FindAsync(string, CancellationToken)"/>
    public ValueTask<User?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        sql.FirstAsync(ById, values => values.Add("id", id), Read, cancellationToken);

    /// <summary>The account that a sign-in of another provider leads into.</summary>
    public ValueTask<User?> FindAsync(string issuer, string subject, CancellationToken cancellationToken) =>
        sql.FirstAsync(ByUpstream, values => values.Add("issuer", issuer).Add("subject", subject), Read, cancellationToken);

    /// <summary>The account of a session, if it still stands.</summary>
    public ValueTask<User?> FindAsync(Guid id, Guid session, CancellationToken cancellationToken) =>
        sql.FirstAsync(BySession, values => values.Add("id", id).Add("session", session), Read, cancellationToken);

    private static User Read(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Email = row.GetString(1),
        NormalizedEmail = row.GetString(2),
        EmailConfirmed = row.GetBoolean(3),
        PasswordHash = row.GetString(4),
        FirstName = row.Text(5),
        LastName = row.Text(6),
        Claims = row.Text(7),
        TwoFactorEnabled = row.GetBoolean(8),
        SecurityStamp = row.GetString(9),
        ConcurrencyStamp = row.Text(10),
        Version = row.GetInt64(11),
        DisabledAt = row.TimeOrNull(12),
        CreatedAt = row.TimeOrNull(13),
        UpdatedAt = row.TimeOrNull(14),
        DeleteAfter = row.TimeOrNull(15),
        Theme = row.Text(16),
    };
}
