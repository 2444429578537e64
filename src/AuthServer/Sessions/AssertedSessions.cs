using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>
/// Opens the session of an access token that a client gets by another server's word about a person (RFC 7523): it has no parent and no
/// refresh token, and lasts as long as the token, so that the person sees it and can end it.
/// </summary>
public sealed class AssertedSessions(SqlRunner sql, SessionOpeningCounter counted, LifetimeOptions lifetimes, TimeProvider time)
{
    // Nobody has signed in here, so nothing is said of how and when.
    private const string OpenSql =
        $"""
        {SessionRow.Insert}
        SELECT @id, users.id, @hash, @end, @end, @now, @now, 1, @client, NULL,
          NULL, @scopes, @resources, @offline, users.security_stamp, NULL, NULL, NULL, NULL, @persistent, @ip, @agent, 0, NULL
        FROM users
        WHERE users.id = @user AND users.disabled_at IS NULL AND users.security_stamp = @stamp
        RETURNING {GrantedSession.Columns}
        """;

    private const string RecordSql = $"{AuditTrail.InsertWhere}EXISTS (SELECT 1 FROM user_sessions s WHERE s.id = @session)";

    /// <param name="by">Whose word it was.</param>
    /// <param name="lifetime">Of the access token; null: as the server's setting says.</param>
    /// <returns>Null when the account has been disabled, deleted or given another password since it was read.</returns>
    public async Task<GrantedSession?> OpenAsync(
        User user, string clientId, string scopes, string resources, string by, TimeSpan? lifetime, Caller caller,
        CancellationToken stop)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero));
        var record = AuditTrail.Describe(
            now, AuditKinds.SessionOpened, caller, subject: user.Id, clientId: clientId, sessionId: id, detail: "assertion of " + by);
        var batch = sql.Together();
        var session = batch.Add(
            OpenSql,
            values => values.Add("id", id).Add("hash", TokenHash.OfNothing()).Add("end", now + (lifetime ?? lifetimes.AccessToken))
                .Add("now", now).Add("client", clientId).Add("scopes", scopes).Add("resources", resources).Add("offline", false)
                .Add("persistent", false).Add("ip", caller.Address).Add("agent", caller.UserAgent).Add("user", user.Id)
                .Add("stamp", user.SecurityStamp),
            GrantedSession.Read);
        batch.Add(RecordSql, values => AuditTrail.Fill(values, record));
        await batch.RunAsync(stop);
        if (session.Row is { } opened) counted.Add(SessionKind.Client, opened.UserId);
        return session.Row;
    }
}
