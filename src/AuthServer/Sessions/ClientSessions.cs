using AuthServer.Audit;
using AuthServer.Data.Sql;
using AuthServer.Telemetry;

namespace AuthServer.Sessions;

/// <summary>What an authorization code says about the session to open.</summary>
/// <param name="Id">Chosen at the authorization endpoint; the <c>sid</c> of the tokens.</param>
/// <param name="Joined">The session exists already: the one of this browser session and client.</param>
public sealed record SessionToOpen(
    Guid Id, bool Joined, Guid UserId, Guid BrowserSessionId, string ClientId, Guid? AuthorizationId,
    string Scopes, string Resources, bool Offline, string? RequestedClaims);

/// <summary>The redemption that a session is opened by, in the same transaction.</summary>
/// <param name="CodeRow">The row of the code.</param>
/// <param name="Id">The mark that this redemption, and no other, has left in it.</param>
public sealed record Redemption(Guid CodeRow, Guid Id);

/// <summary>Opens the client session of a code, in the transaction that redeems it.</summary>
public sealed class ClientSessions(SqlRunner sql, RefreshTokens tokens, AuthMeter meter, TimeProvider time)
{
    // Of several who present a code one has left its mark.
    private const string Redeemed = "EXISTS (SELECT 1 FROM tokens c WHERE c.id = @code AND c.concurrency_token = @redemption)";

    // The browser session must still stand: whoever signed out between the code and its redemption stays signed out.
    private const string OpenSql =
        $"""
        INSERT INTO user_sessions (id, user_id, token_hash, expires_at, created_at, kind, client_id, parent_id, authorization_id,
          scopes, resources, offline, security_stamp, auth_time, amr, acr, requested_claims, persistent,
          last_seen_at, absolute_expires_at, ip_address, user_agent, rotation_counter)
        SELECT @id, u.id, @hash, CASE WHEN @offline THEN @end ELSE p.absolute_expires_at END, @now, 1, @client, p.id, @authorization,
          @scopes, @resources, @offline, u.security_stamp, p.auth_time, p.amr, p.acr, @claims, p.persistent,
          @now, CASE WHEN @offline THEN @end ELSE p.absolute_expires_at END, @ip, @agent, 0
        FROM users u JOIN user_sessions p ON p.user_id = u.id
        WHERE u.id = @user AND u.disabled_at IS NULL AND p.id = @parent AND p.kind = 0 AND p.expires_at > @now
          AND p.security_stamp = u.security_stamp AND {Redeemed}
        RETURNING {GrantedSession.Columns}
        """;

    // Scopes are replaced, not added: the tokens issued now are the measure of what the person last allowed.
    private const string JoinSql =
        $"""
        UPDATE user_sessions SET last_seen_at = @now, scopes = @scopes, resources = @resources, requested_claims = @claims,
          auth_time = (SELECT p.auth_time FROM user_sessions p WHERE p.id = @parent)
        WHERE id = @id AND kind = 1 AND client_id = @client AND parent_id = @parent AND user_id = @user AND expires_at > @now
          AND EXISTS (SELECT 1 FROM users u WHERE u.id = user_sessions.user_id AND u.disabled_at IS NULL
                      AND u.security_stamp = user_sessions.security_stamp)
          AND {Redeemed}
        RETURNING {GrantedSession.Columns}
        """;

    // Only what this transaction has opened or joined: that row was seen now.
    private const string RecordSql =
        $"{AuditTrail.InsertWhere}EXISTS (SELECT 1 FROM user_sessions s WHERE s.id = @session AND s.last_seen_at = @now AND s.expires_at > @now) AND {Redeemed}";

    private const string OnlineSql =
        "SELECT id FROM user_sessions WHERE parent_id = @parent AND client_id = @client AND kind = 1 AND offline = @offline AND expires_at > @now LIMIT 1";

    /// <param name="transaction">Redeems the code; it is run with the session and its record at its end.</param>
    /// <returns>Null when the code is not this redemption's or the person has signed out or been disabled since; the refresh token only with offline access.</returns>
    public async Task<(GrantedSession Session, RefreshToken? Token)?> OpenAsync(
        SqlBatch transaction, Redemption redemption, SessionToOpen open, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var token = open.Offline ? tokens.First(open.Id) : null;
        var record = AuditTrail.Describe(
            now, AuditKinds.SessionOpened, caller, open.UserId, open.UserId, open.ClientId, open.Id, open.Joined ? "joined" : open.Offline ? "offline" : "online");
        transaction.Add(
            open.Joined ? JoinSql : OpenSql,
            values =>
            {
                Mark(values, redemption).Add("id", open.Id).Add("now", now).Add("client", open.ClientId).Add("parent", open.BrowserSessionId)
                    .Add("user", open.UserId).Add("scopes", open.Scopes).Add("resources", open.Resources).Add("claims", open.RequestedClaims);
                if (open.Joined) return;
                values.Add("hash", token?.Hash ?? TokenHash.OfNothing()).Add("end", now + SessionTimes.Client)
                    .Add("offline", open.Offline).Add("authorization", open.AuthorizationId).Add("ip", caller.Address).Add("agent", caller.UserAgent);
            });
        transaction.Add(RecordSql, values => Mark(AuditTrail.Fill(values, record), redemption));
        if (await transaction.RunAsync(GrantedSession.Read, cancellationToken) is not { } session) return null;
        if (!open.Joined) meter.SessionOpened("client");
        return (session, token);
    }

    /// <summary>The session that a code without offline access joins.</summary>
    public async Task<Guid?> FindOnlineAsync(Guid browserSessionId, string clientId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var found = await sql.ListAsync(
            OnlineSql, values => values.Add("parent", browserSessionId).Add("client", clientId).Add("offline", false).Add("now", now),
            static row => row.GetGuid(0), cancellationToken);
        return found is [var id, ..] ? id : null;
    }

    private static SqlValues Mark(SqlValues values, Redemption redemption) =>
        values.Add("code", redemption.CodeRow).Add("redemption", redemption.Id.ToString());
}
