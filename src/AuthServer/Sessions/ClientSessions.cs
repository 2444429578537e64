using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Telemetry;

namespace AuthServer.Sessions;

/// <summary>What an authorization code says about the session to open.</summary>
/// <param name="Id">Chosen at the authorization endpoint; the <c>sid</c> of the tokens.</param>
/// <param name="Joined">The session exists already: the one of this browser session and client.</param>
public sealed record SessionToOpen(
    Guid Id, bool Joined, Guid UserId, Guid BrowserSessionId, string ClientId, Guid? AuthorizationId,
    string Scopes, string Resources, bool Offline, string? RequestedClaims);

/// <summary>Opens the client session of a redeemed code, inside the caller's transaction.</summary>
public sealed class ClientSessions(DirectSql sql, RefreshTokens tokens, AuthMeter meter, TimeProvider time)
{
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
          AND p.security_stamp = u.security_stamp
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
        RETURNING {GrantedSession.Columns}
        """;

    private const string OnlineSql =
        "SELECT id FROM user_sessions WHERE parent_id = @parent AND client_id = @client AND kind = 1 AND offline = @offline AND expires_at > @now LIMIT 1";

    /// <returns>Null when the person has signed out or been disabled since; the refresh token only with offline access.</returns>
    public async Task<(GrantedSession Session, RefreshToken? Token)?> OpenAsync(
        DirectConnection transaction, SessionToOpen open, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(open);
        ArgumentNullException.ThrowIfNull(caller);
        var now = time.GetUtcNow().UtcDateTime;
        var token = open.Offline ? tokens.First(open.Id) : null;
        var session = await transaction.FirstAsync(
            open.Joined ? JoinSql : OpenSql,
            values =>
            {
                values.Add("id", open.Id).Add("now", now).Add("client", open.ClientId).Add("parent", open.BrowserSessionId)
                    .Add("user", open.UserId).Add("scopes", open.Scopes).Add("resources", open.Resources).Add("claims", open.RequestedClaims);
                if (open.Joined) return;
                values.Add("hash", token?.Hash ?? TokenHash.OfNothing()).Add("end", now + SessionTimes.Client)
                    .Add("offline", open.Offline).Add("authorization", open.AuthorizationId).Add("ip", caller.Address).Add("agent", caller.UserAgent);
            },
            GrantedSession.Read, cancellationToken);
        if (session is null) return null;

        await AuditTrail.RecordAsync(
            transaction,
            AuditTrail.Describe(now, AuditKinds.SessionOpened, caller, open.UserId, open.UserId, open.ClientId, open.Id,
                open.Joined ? "joined" : open.Offline ? "offline" : "online"),
            cancellationToken);
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
}
