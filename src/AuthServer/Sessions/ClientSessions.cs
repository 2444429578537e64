using AuthServer.Audit;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>What an authorization code, or a pending authorization, says about the session to open.</summary>
/// <param name="Id">Chosen at the authorization endpoint; the <c>sid</c> of the tokens.</param>
/// <param name="Joined">The session exists already: the one of this browser session and client.</param>
public sealed record SessionToOpen(
    Guid Id, bool Joined, Guid UserId, Guid BrowserSessionId, string ClientId, Guid? AuthorizationId,
    string Scopes, string Resources, bool Offline, string? RequestedClaims)
{
    /// <summary>What a refresh must prove beside its token; null: nothing.</summary>
    public string? Confirmation { get; init; }

    /// <summary>From now on, for a session with a refresh token; null: as the server's setting says.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>When the access ends that the person has allowed, and a session with a refresh token with it; null: not.</summary>
    public DateTime? Ends { get; init; }
}

/// <summary>The redemption that a session is opened by, in the same transaction.</summary>
/// <param name="CodeRow">The row of the code, or of the pending authorization.</param>
/// <param name="Id">The mark that this redemption, and no other, has left in it.</param>
/// <param name="IsPending">The row is one of <c>pending_authorizations</c>, and not one of <c>tokens</c>.</param>
public sealed record Redemption(Guid CodeRow, Guid Id, bool IsPending = false);

/// <summary>A session that a batch opens or joins.</summary>
/// <param name="Session">Null once the batch has run: the code is not this redemption's, or the person has signed out or been disabled
/// since.</param>
/// <param name="Token">Null without offline access.</param>
public sealed record OpenedClientSession(BatchRow<GrantedSession> Session, RefreshToken? Token);

/// <summary>Opens the client session of a code, in the transaction that redeems it.</summary>
public sealed class ClientSessions(SqlRunner sql, RefreshTokens tokens, LifetimeOptions lifetimes, TimeProvider time)
{
    // Several requests may present one code; only the one that redeemed it has written @redemption into the row.
    private const string Redeemed = "EXISTS (SELECT 1 FROM tokens c WHERE c.id = @code AND c.concurrency_token = @redemption)";

    private const string RedeemedPending =
        "EXISTS (SELECT 1 FROM pending_authorizations c WHERE c.id = @code AND c.redemption = @redemption)";

    // The browser session, from which the values come, must still stand: a person who signed out between the code and its redemption stays
    // signed out.
    private const string OpenAnyway =
        $"""
        {SessionRow.Insert}
        SELECT @id, users.id, @hash, CASE WHEN @offline THEN @end ELSE user_sessions.absolute_expires_at END,
          CASE WHEN @offline THEN @end ELSE user_sessions.absolute_expires_at END, @now, @now, 1, @client, user_sessions.id,
          @authorization, @scopes, @resources, @offline, users.security_stamp, user_sessions.auth_time, user_sessions.amr,
          user_sessions.acr, @claims, user_sessions.persistent, @ip, @agent, 0, @confirmation
        {StandingSession.From}
          AND user_sessions.id = @parent AND user_sessions.kind = 0 AND user_sessions.user_id = @user
        """;

    private const string OpenSql = $"{OpenAnyway} AND {Redeemed} RETURNING {GrantedSession.Columns}";
    private const string OpenPendingSql = $"{OpenAnyway} AND {RedeemedPending} RETURNING {GrantedSession.Columns}";

    // Scopes are replaced, not added: a session allows what the newest consent allowed. How the person signed in is told as it is now,
    // because a second factor may have followed since.
    private const string JoinSql =
        $"""
        UPDATE user_sessions SET last_seen_at = @now, scopes = @scopes, resources = @resources, requested_claims = @claims,
          (auth_time, amr, acr) = (SELECT p.auth_time, p.amr, p.acr FROM user_sessions p WHERE p.id = @parent)
        WHERE id = @id AND kind = 1 AND client_id = @client AND parent_id = @parent AND user_id = @user
          AND {StandingSession.Exists} AND {Redeemed}
        RETURNING {GrantedSession.Columns}
        """;

    // The audit row is written only if this transaction opened or joined the session: last_seen_at is then @now.
    private const string RecordAnyway =
        $"""
        {AuditTrail.InsertWhere}EXISTS (SELECT 1 {StandingSession.From}
          AND user_sessions.id = @session AND user_sessions.last_seen_at = @now)
        """;

    private const string RecordSql = $"{RecordAnyway} AND {Redeemed}";
    private const string RecordPendingSql = $"{RecordAnyway} AND {RedeemedPending}";

    private const string OnlineSql =
        $"""
        SELECT user_sessions.id {StandingSession.From} AND user_sessions.parent_id = @parent AND user_sessions.client_id = @client
          AND user_sessions.kind = 1 AND user_sessions.offline = @offline LIMIT 1
        """;

    private const string FindSql =
        $"SELECT {GrantedSession.Columns} {StandingSession.From} AND user_sessions.kind = 1 AND user_sessions.id = @id";

    private const string ParentSql = "SELECT id FROM user_sessions WHERE id = @id AND parent_id = @parent";

    /// <summary>Adds the opening of the session and its audit row to the batch that redeems the code.</summary>
    public OpenedClientSession Open(SqlBatch batch, Redemption redemption, SessionToOpen open, Caller caller)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var end = now + (open.Lifetime ?? lifetimes.RefreshToken);
        var token = open.Offline ? tokens.First(open.Id) : null;
        var session = batch.Add(
            open.Joined ? JoinSql : redemption.IsPending ? OpenPendingSql : OpenSql,
            values =>
            {
                Mark(values, redemption).Add("id", open.Id).Add("now", now).Add("client", open.ClientId)
                    .Add("parent", open.BrowserSessionId)
                    .Add("user", open.UserId).Add("scopes", open.Scopes).Add("resources", open.Resources)
                        .Add("claims", open.RequestedClaims);
                if (open.Joined) return;
                values.Add("hash", token?.Hash ?? TokenHash.OfNothing()).Add("end", open.Ends < end ? open.Ends.Value : end)
                    .Add("offline", open.Offline).Add("authorization", open.AuthorizationId).Add("ip", caller.Address)
                        .Add("agent", caller.UserAgent).Add("confirmation", open.Offline ? open.Confirmation : null);
            },
            GrantedSession.Read);
        var record = AuditTrail.Describe(
            now, AuditKinds.SessionOpened, caller, open.UserId, open.UserId, open.ClientId, open.Id, open.Joined
                ? "joined"
                : open.Offline
                ? "offline"
                : "online");
        batch.Add(redemption.IsPending ? RecordPendingSql : RecordSql, values => Mark(AuditTrail.Fill(values, record), redemption));
        return new(session, token);
    }

    /// <summary>A session that was opened before, as a grant needs it; null when it does not stand.</summary>
    public ValueTask<GrantedSession?> FindAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return sql.FirstAsync(FindSql, values => values.Add("id", sessionId).Add("now", now), GrantedSession.Read, cancellationToken);
    }

    /// <summary>The session that a code without offline access joins.</summary>
    public ValueTask<Guid?> FindOnlineAsync(Guid browserSessionId, string clientId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return sql.FirstValueAsync(
            OnlineSql, values => values.Add("parent", browserSessionId).Add("client", clientId).Add("offline", false).Add("now", now),
            static row => row.GetGuid(0), cancellationToken);
    }

    /// <summary>Whether a client session was opened from this browser session.</summary>
    public ValueTask<bool> IsOfAsync(Guid sessionId, Guid browserSessionId, CancellationToken cancellationToken) =>
        sql.ExistsAsync(ParentSql, values => values.Add("id", sessionId).Add("parent", browserSessionId), cancellationToken);

    private static SqlValues Mark(SqlValues values, Redemption redemption) =>
        values.Add("code", redemption.CodeRow).Add("redemption", redemption.Id.ToString());
}
