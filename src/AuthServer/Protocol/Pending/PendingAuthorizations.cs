using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Connection;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Pending;

/// <summary>Stores, finds, decides and redeems authorizations that a person decides on another device than the one that asks.</summary>
public sealed class PendingAuthorizations(SqlRunner sql, ClientDirectory clients, NoticeSignal notices, TimeProvider time)
{
    /// <summary>How long a client waits between two polls at first (RFC 8628 section 3.2), in seconds.</summary>
    public const int FirstInterval = 5;

    private const int SecretSize = 32;

    // A client that keeps to the interval is not told to slow down because the network was quicker the second time.
    private const int ToleranceMilliseconds = 1000;

    private const string StoreSql =
        """
        INSERT INTO pending_authorizations (id, kind, client_row_id, secret_hash, user_code_hash, state, user_id, request, poll_seconds,
          next_poll_at, polled_too_early, created_at, expires_at)
        VALUES (@id, @kind, @client, @secret, @code, 0, @user, @request, @interval, 0, @no, @now, @end)
        ON CONFLICT DO NOTHING
        """;

    private const string FindSql =
        """
        SELECT id, kind, client_row_id, request, created_at FROM pending_authorizations
        WHERE user_code_hash = @code AND kind = @kind AND state = 0 AND expires_at > @now
        """;

    private const string FindByIdSql =
        """
        SELECT id, kind, client_row_id, request, created_at FROM pending_authorizations
        WHERE id = @id AND kind = @kind AND state = 0 AND expires_at > @now AND (kind = 0 OR user_id = @user)
        """;

    private const string WaitingSql =
        """
        SELECT id, kind, client_row_id, request, created_at FROM pending_authorizations
        WHERE user_id = @user AND kind = @kind AND state = 0 AND expires_at > @now ORDER BY created_at LIMIT 20
        """;

    // RFC 8628 section 3.5: each early poll makes this and all later intervals five seconds longer. One statement, so that polls at the
    // same time count one after the other. The client is part of the condition: another one changes nothing here, and learns nothing.
    private const string PollSql =
        """
        UPDATE pending_authorizations SET polled_too_early = next_poll_at > @ms,
          poll_seconds = CASE WHEN next_poll_at > @ms AND poll_seconds < 120 THEN poll_seconds + 5 ELSE poll_seconds END,
          next_poll_at = @next + 1000 * CASE WHEN next_poll_at > @ms AND poll_seconds < 120 THEN poll_seconds + 5 ELSE poll_seconds END
        WHERE secret_hash = @secret AND kind = @kind AND client_row_id = @client
        RETURNING id, state, request, user_id, browser_session_id, expires_at, polled_too_early
        """;

    private const string DecideSql =
        """
        UPDATE pending_authorizations SET state = @state, user_id = @user, browser_session_id = @browser, request = @request
        WHERE id = @id AND state = 0 AND expires_at > @now AND (user_id = @user OR (user_id IS NULL AND kind = 0))
        """;

    private const string RecordSql =
        $"""
        {AuditTrail.InsertWhere}EXISTS (SELECT 1 FROM pending_authorizations p
          WHERE p.id = @row AND p.state = @state AND p.browser_session_id = @session AND p.request = @request)
        """;

    // For as long as the request lives: later a client could not ask any more, and its user has gone.
    private const string NoticeSql =
        """
        INSERT INTO logout_notices (id, client_id, user_id, session_id, logout_uri, signing_alg, state, attempts, next_attempt_at,
          created_at, expires_at)
        SELECT @id, @client, @user, p.id, @address, @none, 0, 0, @now, @now, p.expires_at FROM pending_authorizations p
        WHERE p.id = @row AND p.state = @state AND p.browser_session_id = @session AND p.request = @request
        """;

    private const string KeepSql = "UPDATE pending_authorizations SET request = @request WHERE id = @id AND redemption = @redemption";

    private const string EraseSql = "UPDATE pending_authorizations SET request = @request WHERE id = @id";

    private const string DecidedSql =
        """
        SELECT id, state, request, user_id, browser_session_id, expires_at, polled_too_early FROM pending_authorizations WHERE id = @id
        """;

    private const string RedeemSql =
        """
        UPDATE pending_authorizations SET state = 3, redemption = @redemption WHERE id = @id AND state = 1 AND expires_at > @now
        """;

    /// <summary>Whether a text has the form of a secret of ours.</summary>
    public static bool HasForm(string? text) => text is { Length: 43 } && Base64Url.IsValid(text);

    public PendingKey NewKey() => new(
        Guid.CreateVersion7(time.GetUtcNow()), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSize)));

    /// <remarks>Where the client's row is gone the directory has then forgotten it.</remarks>
    public async Task<PendingStored> StoreAsync(
        PendingKey key, PendingKind kind, Guid clientRowId, PendingContent content, string? userCodeHash, Guid? userId, TimeSpan life,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            var written = await sql.ExecuteAsync(
                StoreSql,
                values => values.Add("id", key.Id).Add("kind", (int)kind)
                    .Add("client", clientRowId).Add("secret", Hash(key.Secret)).Add("code", userCodeHash).Add("user", userId)
                    .Add("request", JsonSerializer.Serialize(content)).Add("interval", FirstInterval).Add("no", false).Add("now", now)
                    .Add("end", now + life),
                cancellationToken);
            return written == 1 ? PendingStored.Done : PendingStored.CodeIsTaken;
        }
        catch (DbException e) when (MissingReference.IsReasonOf(e))
        {
            clients.Forget(content.ClientId);
            return PendingStored.ClientIsGone;
        }
    }

    /// <summary>The request behind a user code, while nobody has decided it.</summary>
    /// <param name="userCodeHashes">By the current key, and by the former one.</param>
    public async Task<AskedAuthorization?> FindAsync(
        PendingKind kind, IEnumerable<string> userCodeHashes, CancellationToken cancellationToken)
    {
        foreach (var hash in userCodeHashes)
        {
            var found = await sql.FirstAsync(
                FindSql, values => values.Add("code", hash).Add("kind", (int)kind).Add("now", time.GetUtcNow().UtcDateTime), Read,
                cancellationToken);
            if (found is not null) return found;
        }

        return null;
    }

    /// <param name="userId">Who decides: a client of CIBA has named one person.</param>
    public async Task<AskedAuthorization?> FindAsync(PendingKind kind, Guid id, Guid userId, CancellationToken cancellationToken) =>
        await sql.FirstAsync(
            FindByIdSql,
            values => values.Add("id", id).Add("kind", (int)kind).Add("user", userId).Add("now", time.GetUtcNow().UtcDateTime), Read,
            cancellationToken);

    /// <summary>What clients of CIBA ask this person.</summary>
    public ValueTask<List<AskedAuthorization>> WaitingAsync(Guid userId, CancellationToken cancellationToken) => sql.ListAsync(
        WaitingSql,
        values => values.Add("user", userId).Add("kind", (int)PendingKind.Backchannel).Add("now", time.GetUtcNow().UtcDateTime), Read,
        cancellationToken);

    /// <summary>Writes what the person decided, once, with its record and with what the client is to be told of it.</summary>
    /// <param name="content">With what was allowed; what was refused stays as it was asked.</param>
    /// <returns>False when it was decided before, or has expired.</returns>
    public async Task<bool> DecideAsync(
        Guid id, PendingState decision, PendingContent content, BrowserSession session, string auditKind, Caller caller)
    {
        var now = time.GetUtcNow().UtcDateTime;
        // By a mark of this call: of two that write the same decision, one leaves a record and a notice.
        var request = JsonSerializer.Serialize(content with { Decision = Guid.CreateVersion7(time.GetUtcNow()) });
        var record = AuditTrail.Describe(
            now, auditKind, caller, session.UserId, session.UserId, content.ClientId, session.Id,
            string.Join(' ', content.Scopes) + " from " + content.Address);
        var batch = sql.Together();
        var decided = batch.Add(
            DecideSql,
            values => values.Add("id", id).Add("state", (int)decision).Add("user", session.UserId).Add("browser", session.Id)
                .Add("request", request).Add("now", now));
        batch.Add(
            RecordSql,
            values => AuditTrail.Fill(values, record).Add("row", id).Add("state", (int)decision).Add("request", request));
        if (content.Notification is { } notification)
        {
            batch.Add(
                NoticeSql,
                values => values.Add("id", Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero))).Add("client", content.ClientId)
                    .Add("user", session.UserId).Add("address", notification.Address).Add("none", LogoutNotice.OfRequest).Add("now", now)
                    .Add("row", id).Add("state", (int)decision).Add("session", session.Id).Add("request", request));
        }

        await batch.RunAsync(CancellationToken.None);
        if (decided.Written == 1 && content.Notification is not null) notices.Wake();
        return decided.Written == 1;
    }

    /// <summary>One poll of the client, in one statement.</summary>
    /// <returns>Null for a secret that is none, or another client's.</returns>
    public async ValueTask<PolledAuthorization?> PollAsync(
        PendingKind kind, string secret, Guid clientRowId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return await sql.FirstAsync(
            PollSql,
            values => values.Add("ms", now).Add("next", now - ToleranceMilliseconds).Add("secret", Hash(secret)).Add("kind", (int)kind)
                .Add("client", clientRowId),
            ReadPolled, cancellationToken);
    }

    /// <summary>The request that a client is to be told of; null when it is gone.</summary>
    public ValueTask<PolledAuthorization?> FindDecidedAsync(Guid id, CancellationToken cancellationToken) =>
        sql.FirstAsync(DecidedSql, values => values.Add("id", id), ReadPolled, cancellationToken);

    /// <summary>Adds the redemption to a batch; of several callers one writes the row, the others wait and write none.</summary>
    public BatchStatement Redeem(SqlBatch batch, Redemption redemption)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return batch.Add(
            RedeemSql,
            values => values.Add("redemption", redemption.Id.ToString()).Add("id", redemption.CodeRow).Add("now", now));
    }

    /// <summary>Adds to the batch of a redemption what its row has to remember.</summary>
    public static void Keep(SqlBatch batch, Redemption redemption, PendingContent content) => batch.Add(
        KeepSql,
        values => values.Add("request", JsonSerializer.Serialize(content)).Add("id", redemption.CodeRow)
            .Add("redemption", redemption.Id.ToString()));

    /// <summary>Erases what a client has been called back with.</summary>
    public async Task EraseNotificationAsync(PolledAuthorization told) => await sql.ExecuteAsync(
        EraseSql,
        values => values.Add("request", JsonSerializer.Serialize(told.Content with { Notification = null })).Add("id", told.Id),
        CancellationToken.None);

    private static AskedAuthorization Read(DbDataReader row) =>
        new(row.GetGuid(0), (PendingKind)row.GetInt32(1), row.GetGuid(2), Content(row.GetString(3)), row.Time(4));

    private static PolledAuthorization ReadPolled(DbDataReader row) => new(
        row.GetGuid(0), (PendingState)row.GetInt32(1), Content(row.GetString(2)), GuidOrNull(row, 3), GuidOrNull(row, 4), row.Time(5),
        row.GetBoolean(6));

    private static PendingContent Content(string json) => JsonSerializer.Deserialize<PendingContent>(json)!;

    private static Guid? GuidOrNull(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetGuid(column);

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret)));
}
