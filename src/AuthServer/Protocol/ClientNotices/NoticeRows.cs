using System.Data.Common;
using AuthServer.Data.Connection;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Protocol.ClientNotices;

/// <summary>A notice that this process sends now, and no other one until its time is over.</summary>
/// <param name="About">The session that has ended, or the request from elsewhere that was decided.</param>
/// <param name="Attempts">With this one.</param>
public sealed record ClaimedNotice(
    Guid Id, string ClientId, Guid? UserId, Guid About, string Address, string SigningAlg, int Attempts, DateTime CreatedAt,
    DateTime ExpiresAt)
{
    /// <summary>It is about a request from elsewhere; a logout token is always signed.</summary>
    public bool IsOfRequest => SigningAlg == LogoutNotice.OfRequest;

    /// <summary>In the words of the log.</summary>
    internal string What => IsOfRequest ? "the decision about request" : "the end of session";
}

/// <summary>How it is with the notices, as they were last looked at.</summary>
/// <param name="NextAttemptAt">The first that is due of those that may be claimed, UTC; null: none waits.</param>
/// <param name="OldestAt">Since when the oldest of all waits, UTC.</param>
public sealed record NoticeState(int Waiting, DateTime? NextAttemptAt, DateTime? OldestAt, int Failed);

/// <summary>The notices as their delivery reads and writes them.</summary>
/// <remarks>
/// As with mails (ADR 0031), one is claimed by moving its next attempt into the future, and the number of the attempt tells whose claim it
/// is. Of a client that is being told already none is claimed, so that a slow one holds up nobody but itself.
/// </remarks>
public sealed class NoticeRows(SqlRunner sql, DatabaseOptions database, TimeProvider time)
{
    /// <summary>How many of one client are claimed together.</summary>
    public const int MostOfClient = 4;

    /// <summary>How long an operator can look up what was given up.</summary>
    internal static readonly TimeSpan MemoryOfFailed = TimeSpan.FromDays(7);

    private const string Columns = "id, client_id, user_id, session_id, logout_uri, signing_alg, attempts, created_at, expires_at";

    // Client ids have no spaces (ClientRegistration), so that a text with spaces around each names them all; one that is in it is cut out.
    private const string IsFree = "replace(@busy, ' ' || client_id || ' ', '') = @busy";

    // At most some of each client, those first that have waited longest.
    private const string Due =
        $"""
        SELECT id FROM (SELECT id, next_attempt_at, row_number() OVER (PARTITION BY client_id ORDER BY next_attempt_at, id) AS place
          FROM logout_notices WHERE state = 0 AND next_attempt_at <= @now AND {IsFree}) AS due
        WHERE place <= @each ORDER BY next_attempt_at LIMIT @most
        """;

    private const string ClaimSql =
        $"""
        UPDATE logout_notices SET attempts = attempts + 1, next_attempt_at = @until WHERE id IN ({Due}) RETURNING {Columns}
        """;

    // Read committed asks the conditions again of a row that another process has just claimed. Arrays, because the planner may run a
    // subquery of IN more than once, and each time it would lock further rows.
    private const string PostgresClaim =
        $"""
        UPDATE logout_notices SET attempts = attempts + 1, next_attempt_at = @until
        WHERE id = ANY(ARRAY(SELECT id FROM logout_notices WHERE id = ANY(ARRAY({Due})) AND state = 0 AND next_attempt_at <= @now
          FOR UPDATE SKIP LOCKED))
        RETURNING {Columns}
        """;

    private const string LookSql =
        $"""
        SELECT (SELECT count(*) FROM logout_notices WHERE state = 0 AND signing_alg <> ''),
          (SELECT min(next_attempt_at) FROM logout_notices WHERE state = 0 AND {IsFree}),
          (SELECT min(created_at) FROM logout_notices WHERE state = 0 AND signing_alg <> ''),
          (SELECT count(*) FROM logout_notices WHERE state = 1)
        """;

    private const string Fate = "WHERE id = @id AND state = 0 AND attempts = @attempts";

    private const string TakenSql = "DELETE FROM logout_notices WHERE id = @id";

    private const string PostponedSql = $"UPDATE logout_notices SET next_attempt_at = @next, last_error = @error {Fate}";

    private const string FailedSql =
        $"UPDATE logout_notices SET state = 1, last_error = @error, ended_at = @now, expires_at = @until {Fate}";

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task<NoticeState> LookAsync(string busy, CancellationToken cancellationToken) => (await sql.FirstAsync(
        LookSql,
        values => values.Add("busy", busy),
        static row => new NoticeState((int)row.GetInt64(0), row.TimeOrNull(1), row.TimeOrNull(2), (int)row.GetInt64(3)),
        cancellationToken))!;

    /// <param name="busy">The clients of which none is wanted, each between spaces.</param>
    /// <param name="lease">How long no other process takes them.</param>
    public async Task<List<ClaimedNotice>> ClaimAsync(string busy, int most, TimeSpan lease, CancellationToken cancellationToken) =>
        await sql.ListAsync(
            database.IsEmbedded ? ClaimSql : PostgresClaim,
            values => values.Add("until", Now + lease).Add("now", Now).Add("busy", busy).Add("each", MostOfClient).Add("most", most),
            Read, cancellationToken);

    /// <summary>The client has taken it; also when the claim was over meanwhile, because a second token tells nothing new.</summary>
    public async Task TakenAsync(ClaimedNotice notice) =>
        await sql.ExecuteAsync(TakenSql, values => values.Add("id", notice.Id), CancellationToken.None);

    public async Task PostponedAsync(ClaimedNotice notice, DateTime next, string error) => await sql.ExecuteAsync(
        PostponedSql,
        values => values.Add("next", next).Add("error", error).Add("id", notice.Id).Add("attempts", notice.Attempts),
        CancellationToken.None);

    public async Task FailedAsync(ClaimedNotice notice, string error)
    {
        // What a client has not learned in time about a request is of no use to it later, also if an operator sent it once more.
        if (notice.IsOfRequest) await TakenAsync(notice);
        else await NoteFailedAsync(notice, error);
    }

    private async Task NoteFailedAsync(ClaimedNotice notice, string error) => await sql.ExecuteAsync(
        FailedSql,
        values => values.Add("error", error).Add("now", Now).Add("until", Now + MemoryOfFailed).Add("id", notice.Id)
            .Add("attempts", notice.Attempts),
        CancellationToken.None);

    private static ClaimedNotice Read(DbDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetGuid(3), row.GetString(4), row.GetString(5),
        row.GetInt32(6), row.Time(7), row.Time(8));
}
