using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>Opens browser sessions and finds the one behind a cookie.</summary>
public sealed class BrowserSessions(
    AuthDbContext db, SqlRunner sql, SessionEnding ending, SessionOpeningCounter opened, LifetimeOptions lifetimes, TimeProvider time)
{
    private const string FindSql =
        $"""
        SELECT user_sessions.id, users.id, users.email, users.first_name, users.last_name, user_sessions.auth_time, user_sessions.amr,
          user_sessions.acr, user_sessions.persistent, user_sessions.expires_at, user_sessions.absolute_expires_at,
          user_sessions.last_seen_at, users.email_verified
        {StandingSession.From} AND user_sessions.id = @id AND user_sessions.token_hash = @hash AND user_sessions.kind = 0
          AND user_sessions.auth_time IS NOT NULL AND user_sessions.absolute_expires_at IS NOT NULL
        """;

    /// <summary>Opens a session for a person who has just proved who they are; the one it replaces ends by the usual rule.</summary>
    /// <param name="replaces">The session behind the cookie that is being overwritten. One of the same person is renewed:
    /// its client sessions move to the new one, so that signing in again does not sign apps out.</param>
    /// <param name="authTime">UTC; null: now. The session that follows a further proof keeps the time of the first.</param>
    /// <param name="also">Writes what belongs to the session, which it gets the id of, in the same transaction.</param>
    /// <returns>The session and the cookie's value, which is stored nowhere.</returns>
    public async Task<(UserSession Session, string Handle)> OpenBrowserAsync(
        User user, IReadOnlyCollection<string> amr, string acr, bool persistent, Caller caller, BrowserSession? replaces,
        CancellationToken cancellationToken, DateTime? authTime = null, Func<OpenedConnection, Guid, Task>? also = null)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero));
        var handle = BrowserHandles.Make(id);
        var end = now + (persistent ? lifetimes.BrowserPersistent : lifetimes.BrowserAbsolute);
        var session = new UserSession
        {
            Id = id,
            UserId = user.Id,
            TokenHash = TokenHash.Of(handle),
            Kind = SessionKind.Browser,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = persistent ? end : now + lifetimes.BrowserIdle,
            AbsoluteExpiresAt = end,
            Persistent = persistent,
            SecurityStamp = user.SecurityStamp,
            AuthTime = authTime ?? now,
            Amr = string.Join(' ', amr),
            Acr = acr,
            IpAddress = caller.Address,
            UserAgent = caller.UserAgent,
        };

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.Sessions.Add(session);
        AuditTrail.Record(db, now, AuditKinds.SessionOpened, caller, user.Id, user.Id, sessionId: id, detail: "browser " + session.Amr);
        await db.SaveChangesAsync(cancellationToken);
        if (also is not null) await also(sql.Within(db), id);
        if (replaces is not null)
        {
            if (replaces.UserId == user.Id)
            {
                await db.Sessions.Where(s => s.ParentId == replaces.Id)
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.ParentId, id), cancellationToken);
            }

            await ending.EndAsync(replaces.Id, EndReason.Switched, caller, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        opened.Add(SessionKind.Browser, user.Id);
        return (session, handle);
    }

    /// <summary>The standing session behind a cookie, in one statement; using it puts off its idle end.</summary>
    public async Task<BrowserSession?> FindBrowserAsync(string? handle, CancellationToken cancellationToken)
    {
        if (BrowserHandles.SessionId(handle) is not { } id) return null;
        var hash = TokenHash.Of(handle!);
        var now = time.GetUtcNow().UtcDateTime;
        var session = await sql.FirstAsync(
            FindSql, values => values.Add("id", id).Add("hash", hash).Add("now", now),
            static row => new BrowserSession(
                row.GetGuid(0), row.GetGuid(1), row.GetString(2), row.Text(3), row.Text(4), row.Time(5), row.Text(6), row.Text(7),
                    row.GetBoolean(8),
                row.Time(9), row.Time(10), row.TimeOrNull(11)) { EmailConfirmed = row.GetBoolean(12) },
            cancellationToken);
        if (session is not null) await SeenAsync(session, now, cancellationToken);
        return session;
    }

    private async Task SeenAsync(BrowserSession session, DateTime now, CancellationToken cancellationToken)
    {
        if (now - session.LastSeenAt < lifetimes.SeenResolution) return;
        var idle = session.Persistent ? session.AbsoluteExpiresAt : now + lifetimes.BrowserIdle;
        var end = idle < session.AbsoluteExpiresAt ? idle : session.AbsoluteExpiresAt;
        await db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(
            s => s.SetProperty(x => x.LastSeenAt, now).SetProperty(x => x.ExpiresAt, end), cancellationToken);
    }
}
