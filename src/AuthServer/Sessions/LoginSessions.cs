using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>What a sign-in without a browser session says about the session to open.</summary>
public sealed record LoginSession(string ClientId, string Scopes, string Amr, string Acr)
{
    /// <summary>What a refresh must prove beside its token; null: nothing.</summary>
    public string? Confirmation { get; init; }

    /// <summary>From now on; null: as the server's setting says.</summary>
    public TimeSpan? Lifetime { get; init; }
}

/// <summary>Opens the client session of a person who signed in through the JSON API; it has no parent and a refresh token.</summary>
public sealed class LoginSessions(
    SqlRunner sql, RefreshTokens tokens, SessionOpeningCounter counted, LifetimeOptions lifetimes, TimeProvider time)
{
    // The account as it was when the password was checked: one that was disabled, or whose password changed, gets nothing.
    private const string OpenSql =
        $"""
        {SessionRow.Insert}
        SELECT @id, users.id, @hash, @end, @end, @now, @now, 1, @client, NULL,
          NULL, @scopes, '', @offline, users.security_stamp, @now, @amr, @acr, NULL, @persistent, @ip, @agent, 0, @confirmation
        FROM users
        WHERE users.id = @user AND users.disabled_at IS NULL AND users.security_stamp = @stamp
        RETURNING {GrantedSession.Columns}
        """;

    private const string RecordSql = $"{AuditTrail.InsertWhere}EXISTS (SELECT 1 FROM user_sessions s WHERE s.id = @session)";

    /// <param name="user">As read when the password was checked.</param>
    /// <param name="also">Adds what is written in the same transaction, if the session, which it gets the id of, is.</param>
    /// <returns>Null when the account has been disabled, deleted or given another password since.</returns>
    public async Task<(GrantedSession Session, RefreshToken Token)?> OpenAsync(
        User user, LoginSession open, Caller caller, CancellationToken cancellationToken, Action<SqlBatch, Guid>? also = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero));
        var token = tokens.First(id);

        var record = AuditTrail.Describe(now, AuditKinds.SessionOpened, caller, user.Id, user.Id, open.ClientId, id, "direct " + open.Amr);
        var batch = sql.Together();
        var session = batch.Add(
            OpenSql,
            values =>
                values.Add("id", id).Add("hash", token.Hash).Add("end", now + (open.Lifetime ?? lifetimes.RefreshToken)).Add("now", now)
                    .Add("client", open.ClientId)
                .Add("scopes", open.Scopes).Add("offline", true).Add("amr", open.Amr).Add("acr", open.Acr).Add("persistent", false)
                .Add("ip", caller.Address).Add("agent", caller.UserAgent).Add("user", user.Id).Add("stamp", user.SecurityStamp)
                .Add("confirmation", open.Confirmation),
            GrantedSession.Read);
        batch.Add(RecordSql, values => AuditTrail.Fill(values, record));
        also?.Invoke(batch, id);
        await batch.RunAsync(cancellationToken);
        if (session.Row is not { } opened) return null;
        counted.Add(SessionKind.Client, user.Id);
        return (opened, token);
    }
}
