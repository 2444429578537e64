using AuthServer.Audit;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Telemetry;

namespace AuthServer.Sessions;

/// <summary>How many rows a purge has deleted.</summary>
public sealed record Purged(
    int Sessions, int Tokens, int Assertions, int IdempotencyKeys, int Devices, int Proofs, int Pending, int Mails, int LogoutNotices,
    int AuditEvents)
{
    public bool IsNothing => this is (0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>Deletes what has expired, in small batches: each is one short transaction, so that sign-ins never wait for it.</summary>
/// <remarks>
/// Several nodes may run it at once: on PostgreSQL each takes rows that no other has locked, and no node waits for another.
/// Deleting a browser row sets its children's parent_id to null. Client rows go first and have no children, so that two
/// nodes never hold rows that the other one's children stand in: no deadlock.
/// </remarks>
public sealed class ExpiredRows(SqlRunner sql, DatabaseOptions database, AuditOptions audit, AuthMeter meter, TimeProvider time)
{
    public const int BatchSize = 500;

    /// <summary>How long a used or expired code stays known, so that its replay still ends the session (RFC 6749 section 4.1.2).</summary>
    private static readonly TimeSpan CodeMemory = TimeSpan.FromHours(1);

    /// <summary>
    /// Mails and logout tokens that waited too long are given up by their delivery, which tells of it; where it is off there is none.
    /// </summary>
    private static readonly TimeSpan OutboxMemory = TimeSpan.FromDays(1);

    /// <summary>
    /// Of a client session whose browser session goes on: the sign-out there tells its client too, which had a session under it (OpenID
    /// Connect Back-Channel Logout 1.0 section 2.3). It counts as ended everywhere else.
    /// </summary>
    private const string WithoutBrowser =
        """
        kind = 1 AND NOT EXISTS (
          SELECT 1 FROM user_sessions browser WHERE browser.id = user_sessions.parent_id AND browser.expires_at > @until)
        """;

    /// <summary>How long a withdrawn approval stays.</summary>
    private static readonly TimeSpan ApprovalMemory = TimeSpan.FromDays(14);

    public async Task<Purged> PurgeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await sql.OpenAsync(cancellationToken);
        return await InIndexOrderAsync(connection, () => PurgeAllAsync(connection, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Deletes approvals that were withdrawn two weeks ago and that no code rests on. It reads the whole table: run it seldom.
    /// </summary>
    public async Task<int> PurgeApprovalsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await sql.OpenAsync(cancellationToken);
        return await PurgeAsync(
            connection, "authorizations", "creation_date",
            "status <> 'valid' AND NOT EXISTS (SELECT 1 FROM tokens WHERE tokens.authorization_id = authorizations.id)",
            time.GetUtcNow().UtcDateTime - ApprovalMemory, cancellationToken);
    }

    private async Task<Purged> PurgeAllAsync(OpenedConnection connection, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var clients = await PurgeAsync(connection, "user_sessions", "expires_at", WithoutBrowser, now, cancellationToken);
        var browsers = await PurgeAsync(connection, "user_sessions", "expires_at", "kind = 0", now, cancellationToken);
        return new(
            clients + browsers,
            await PurgeAsync(connection, "tokens", "expiration_date", "1 = 1", now - CodeMemory, cancellationToken),
            await PurgeAsync(connection, "used_assertions", "expires_at", "1 = 1", now, cancellationToken),
            await PurgeAsync(connection, "idempotency_keys", "expires_at", "1 = 1", now, cancellationToken),
            await PurgeAsync(connection, "remembered_devices", "expires_at", "1 = 1", now, cancellationToken),
            await PurgeAsync(connection, "account_proofs", "expires_at", "1 = 1", now, cancellationToken),
            await PurgeAsync(connection, "pending_authorizations", "expires_at", "1 = 1", now, cancellationToken),
            await PurgeAsync(connection, "mail_outbox", "expires_at", "state <> 0", now, cancellationToken)
                + await PurgeAsync(connection, "mail_outbox", "expires_at", "state = 0", now - OutboxMemory, cancellationToken),
            await PurgeAsync(connection, "logout_notices", "expires_at", "state <> 0", now, cancellationToken)
                + await PurgeAsync(connection, "logout_notices", "expires_at", "state = 0", now - OutboxMemory, cancellationToken),
            audit.RetentionDays == 0
                ? 0
                : await PurgeAsync(
                    connection, "audit_events", "occurred_at", "1 = 1", now - TimeSpan.FromDays(audit.RetentionDays), cancellationToken));
    }

    private async Task<int> PurgeAsync(
        OpenedConnection connection, string table, string column, string which, DateTime until, CancellationToken cancellationToken)
    {
        var statement = Sql(table, column, which);
        DateTime? from = null;
        for (var total = 0; ;)
        {
            var began = time.GetTimestamp();
            var start = from ?? DateTime.MinValue.AddYears(1);
            var deleted = await connection.ListAsync(
                statement, values =>
                    values.Add("until", until).Add("from", start).Add("size", BatchSize), static row => row.Time(0), cancellationToken);
            if (deleted.Count > 0) meter.Purged(table, deleted.Count);
            total += deleted.Count;
            if (deleted.Count < BatchSize)
            {
                // What was locked a moment ago may be free now; one that is locked at the last look is another node's, or in use.
                if (from is null) return total;
                from = null;
                continue;
            }

            // From where this batch ended: a scan from the start would meet every dead entry of the index again.
            from = deleted.Max();
            // Others get their turn, above all on SQLite, which has one writer and no queue for it.
            await Task.Delay(time.GetElapsedTime(began) / (database.IsEmbedded ? 1 : 4), time, cancellationToken);
        }
    }

    // Where a backlog is newer than the statistics, the planner sorts all of it for each batch: a second instead of milliseconds.
    // The setting is the connection's, which goes back to the pool: it is taken back before.
    private async Task<Purged> InIndexOrderAsync(OpenedConnection connection, Func<Task<Purged>> purge, CancellationToken cancellationToken)
    {
        if (database.IsEmbedded) return await purge();
        try
        {
            await connection.ExecuteAsync("SET enable_sort = off", SqlValues.None, cancellationToken);
            return await purge();
        }
        finally
        {
            await connection.ExecuteAsync("RESET enable_sort", SqlValues.None, CancellationToken.None);
        }
    }

    private string Sql(string table, string column, string which)
    {
        var expired = $"SELECT id FROM {table} WHERE {column} <= @until AND {column} >= @from AND {which} ORDER BY {column} LIMIT @size";
        // An array, because the planner may run a subquery of IN more than once, and each time it would lock further rows.
        return database.IsEmbedded
            ? $"DELETE FROM {table} WHERE id IN ({expired}) RETURNING {column}"
            : $"DELETE FROM {table} WHERE id = ANY(ARRAY({expired} FOR UPDATE SKIP LOCKED)) RETURNING {column}";
    }
}
