using System.Data.Common;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;

namespace AuthServer.Email.Delivery;

/// <summary>The rows of the outbox as their delivery reads and writes them.</summary>
/// <remarks>
/// A mail is claimed by moving its next attempt into the future: of any number of replicas one gets it, and where that one dies the others
/// find the mail due again. The number of the attempt tells whose claim it is.
/// </remarks>
internal sealed class OutboxRows(SqlRunner sql, DatabaseOptions database, TimeProvider time)
{
    /// <summary>How long an operator can look up that a mail was sent, or was not.</summary>
    internal static readonly TimeSpan MemoryOfSent = TimeSpan.FromDays(7), MemoryOfFailed = TimeSpan.FromDays(30);

    private const string StateSql =
        """
        SELECT (SELECT count(*) FROM mail_outbox WHERE state = 0), (SELECT min(next_attempt_at) FROM mail_outbox WHERE state = 0),
          (SELECT min(created_at) FROM mail_outbox WHERE state = 0), (SELECT count(*) FROM mail_outbox WHERE state = 2)
        """;

    private const string Columns = "id, kind, sealed_letter, attempts, last_error, created_at, expires_at";

    private const string ClaimSql =
        $"""
        UPDATE mail_outbox SET attempts = attempts + 1, next_attempt_at = @until
        WHERE id IN (SELECT id FROM mail_outbox WHERE state = 0 AND next_attempt_at <= @now ORDER BY next_attempt_at LIMIT @most)
        RETURNING {Columns}
        """;

    // An array, because the planner may run a subquery of IN more than once, and each time it would lock further rows.
    private const string PostgresClaim =
        $"""
        UPDATE mail_outbox SET attempts = attempts + 1, next_attempt_at = @until
        WHERE id = ANY(ARRAY(SELECT id FROM mail_outbox WHERE state = 0 AND next_attempt_at <= @now ORDER BY next_attempt_at LIMIT @most
          FOR UPDATE SKIP LOCKED))
        RETURNING {Columns}
        """;

    // Whoever has sent it says so, also when the claim was over meanwhile: a second copy is worse than a lost note.
    private const string SentSql =
        """
        UPDATE mail_outbox SET state = 1, sealed_letter = @letter, last_error = NULL, ended_at = @now, expires_at = @until
        WHERE id = @id AND state <> 1
        """;

    private const string PostponedSql =
        """
        UPDATE mail_outbox SET next_attempt_at = @next, last_error = @error
        WHERE id = @id AND state = 0 AND attempts = @attempts
        """;

    private const string FailedSql =
        """
        UPDATE mail_outbox SET state = 2, last_error = @error, ended_at = @now, expires_at = @until
        WHERE id = @id AND state = 0 AND attempts = @attempts
        """;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task<OutboxState> LookAsync(CancellationToken cancellationToken) => (await sql.FirstAsync(
        StateSql, SqlValues.None,
        static row => new OutboxState((int)row.GetInt64(0), row.TimeOrNull(1), row.TimeOrNull(2), (int)row.GetInt64(3)),
        cancellationToken))!;

    /// <param name="most">At most so many, those first that have waited longest.</param>
    /// <param name="lease">How long no other process takes them.</param>
    public async Task<List<ClaimedMail>> ClaimAsync(int most, TimeSpan lease, CancellationToken cancellationToken) => await sql.ListAsync(
        database.IsEmbedded ? ClaimSql : PostgresClaim,
        values => values.Add("until", Now + lease).Add("now", Now).Add("most", most), Read, cancellationToken);

    /// <param name="letter">What stays of it.</param>
    public async Task SentAsync(ClaimedMail mail, byte[] letter) => await sql.ExecuteAsync(
        SentSql,
        values => values.Add("letter", letter).Add("now", Now).Add("until", Now + MemoryOfSent).Add("id", mail.Id),
        CancellationToken.None);

    public async Task PostponedAsync(ClaimedMail mail, DateTime next, string error) => await sql.ExecuteAsync(
        PostponedSql,
        values => values.Add("next", next).Add("error", error).Add("id", mail.Id).Add("attempts", mail.Attempts),
        CancellationToken.None);

    public async Task FailedAsync(ClaimedMail mail, string error) => await sql.ExecuteAsync(
        FailedSql,
        values => values.Add("error", error).Add("now", Now).Add("until", Now + MemoryOfFailed).Add("id", mail.Id)
            .Add("attempts", mail.Attempts),
        CancellationToken.None);

    private static ClaimedMail Read(DbDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetFieldValue<byte[]>(2), row.GetInt32(3), row.Text(4), row.Time(5), row.Time(6));
}
