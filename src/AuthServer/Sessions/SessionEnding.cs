using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>Why a session ended, as the audit trail says it.</summary>
public enum EndReason
{
    SignedOut,
    Switched,
    Revoked,

    /// <summary>The person ended it from the list of their sessions.</summary>
    SignedOutElsewhere,

    /// <summary>The person took back what they had allowed the app.</summary>
    AccessWithdrawn,

    /// <summary>An admin or a service account ended it.</summary>
    EndedByAdmin,
    CodeReplayed,
    RefreshTokenReused,
    PasswordChanged,
    PasswordReset,
    PasswordRemoved,

    /// <summary>The former address of the account took a change of the address back.</summary>
    EmailUndone,

    /// <summary>The mailbox of the account was proven for the first time, by somebody who was not signed in.</summary>
    AddressProven,

    /// <summary>The person has said that a sign-in was not theirs.</summary>
    NotThePerson,
    AccountDisabled,

    /// <summary>The person has become an admin, who needs a second factor here, and has none.</summary>
    SecondFactorNeeded,

    /// <summary>The person has asked for the deletion of the account.</summary>
    DeletionRequested,
    AccountDeleted,
    ClientDeleted,

    /// <summary>The client has registered itself for other people's names (OpenID Connect Core 8.1).</summary>
    SectorChanged,

    /// <summary>The person has opened more sessions than they may have.</summary>
    TooMany,
}

/// <summary>The only code that ends a session before its time.</summary>
/// <remarks>
/// In the same transaction it notes which clients are to be told of it (<see cref="LogoutNotices"/>), so that none is forgotten, whatever
/// ends a session and whatever becomes of this process.
/// </remarks>
public sealed class SessionEnding(AuthDbContext db, NoticeSignal notices, AuthMeter meter, TimeProvider time)
{
    /// <summary>
    /// Ends a session, and with a browser session the client sessions opened from it without offline_access. Those with it go on, but
    /// their clients are told too (OpenID Connect Back-Channel Logout 1.0 section 2.7).
    /// </summary>
    /// <returns>False when there was none.</returns>
    public Task<bool> EndAsync(Guid sessionId, EndReason reason, Caller caller, CancellationToken cancellationToken) =>
        EndAsync(sessionId, reason, caller, shown: null, cancellationToken);

    /// <summary>Ends the session of a browser, whose person signs out.</summary>
    /// <returns>The clients that this browser is to tell of it.</returns>
    public async Task<IReadOnlyList<ShownEnd>> SignOutAsync(Guid sessionId, Caller caller, CancellationToken cancellationToken)
    {
        var shown = new List<ShownEnd>();
        await EndAsync(sessionId, EndReason.SignedOut, caller, shown, cancellationToken);
        return shown;
    }

    private async Task<bool> EndAsync(
        Guid sessionId, EndReason reason, Caller caller, ICollection<ShownEnd>? shown, CancellationToken cancellationToken)
    {
        await using var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
        await LockAsync(sessionId, cancellationToken);
        var ended = await EndAsync(
            db.Sessions.Where(s => s.Id == sessionId || s.ParentId == sessionId), reason, static person => person, caller,
            cancellationToken, s => s.Offline && s.Id != sessionId, shown);
        if (own is not null) await own.CommitAsync(cancellationToken);
        if (ended > 0) meter.SessionsEnded(Word(reason), ended);
        return ended > 0;
    }

    /// <summary>Ends a session of this person, with every app session that was opened from it.</summary>
    /// <param name="actor">Who decided it; null: a service account.</param>
    /// <returns>False when the person has no such session.</returns>
    public Task<bool> EndWithAppsAsync(
        Guid sessionId, Guid userId, EndReason reason, Guid? actor, Caller caller, CancellationToken cancellationToken) =>
        EndChosenAsync(
            db.Sessions.Where(s => s.UserId == userId && (s.Id == sessionId || s.ParentId == sessionId)), userId, reason, actor, caller,
            cancellationToken, sessionId);

    /// <summary>
    /// Ends every session of a person but this one, the app sessions that were opened from it, and the browser session that it was opened
    /// from.
    /// </summary>
    /// <param name="kept">Null: none goes on.</param>
    /// <param name="actor">Who decided it; null: a service account.</param>
    public async Task<bool> EndOthersAsync(
        Guid userId, Guid? kept, EndReason reason, Guid? actor, Caller caller, CancellationToken cancellationToken)
    {
        var parent = kept is null
            ? null
            : await db.Sessions.Where(s => s.Id == kept).Select(s => s.ParentId).FirstOrDefaultAsync(cancellationToken);
        var others = db.Sessions.Where(s => s.UserId == userId);
        if (kept is not null) others = others.Where(s => s.Id != kept && s.ParentId != kept && s.Id != parent);
        return await EndChosenAsync(others, userId, reason, actor, caller, cancellationToken);
    }

    /// <summary>Ends every session of one app for a person, inside the caller's transaction.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAllOfAppAsync(
        Guid userId, string clientId, EndReason reason, Caller caller, CancellationToken cancellationToken)
    {
        await LockBrowsersAsync(userId, cancellationToken);
        return await EndAsync(
            db.Sessions.Where(s => s.UserId == userId && s.ClientId == clientId), reason, static person => person, caller,
            cancellationToken);
    }

    /// <summary>Ends every session of a person, inside the caller's transaction.</summary>
    /// <remarks>
    /// A session that is being opened meanwhile escapes it: the caller also moves the security stamp or deletes the user.
    /// </remarks>
    /// <param name="except">The session that goes on.</param>
    /// <param name="actor">The person who decided it; null: a service account, or the operator.</param>
    /// <returns>How many there were.</returns>
    public Task<int> EndAllOfUserAsync(
        Guid userId, EndReason reason, Guid? except, Guid? actor, Caller caller, CancellationToken cancellationToken) =>
        EndAsync(db.Sessions.Where(s => s.UserId == userId && s.Id != except), reason, _ => actor, caller, cancellationToken);

    /// <summary>Ends every session that a client has opened, inside the caller's transaction.</summary>
    /// <returns>How many there were.</returns>
    public Task<int> EndAllOfClientAsync(string clientId, EndReason reason, Caller caller, CancellationToken cancellationToken) =>
        EndAsync(db.Sessions.OfClient(clientId), reason, static _ => null, caller, cancellationToken);

    private async Task<bool> EndChosenAsync(
        IQueryable<UserSession> sessions, Guid userId, EndReason reason, Guid? actor, Caller caller, CancellationToken cancellationToken,
        Guid? needed = null)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await LockBrowsersAsync(userId, cancellationToken);
        if (needed is { } id && !await db.Sessions.AnyAsync(s => s.Id == id && s.UserId == userId, cancellationToken)) return false;
        var ended = await EndAsync(sessions, reason, _ => actor, caller, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (ended > 0) meter.SessionsEnded(Word(reason), ended);
        return ended > 0;
    }

    private async Task<int> EndAsync(
        IQueryable<UserSession> sessions, EndReason reason, Func<Guid?, Guid?> actorOf, Caller caller, CancellationToken cancellationToken,
        Predicate<EndingSession>? goesOn = null, ICollection<ShownEnd>? shown = null)
    {
        var told = await LogoutNotices.Read(db, sessions).ToListAsync(cancellationToken);
        var rows = goesOn is null ? told : told.FindAll(s => !goesOn(s));
        var ids = rows.ConvertAll(s => s.Id);
        var ended = ids.Count == 0 ? 0 : await db.Sessions.Where(s => ids.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
        if (ended == 0) return 0;

        var now = time.GetUtcNow().UtcDateTime;
        foreach (var row in rows)
        {
            AuditTrail.Record(
                db, now, AuditKinds.SessionEnded, caller, actorOf(row.UserId), row.UserId, row.ClientId, row.Id, Word(reason));
        }

        var isToBeTold = LogoutNotices.Add(db, told, now, shown);
        await db.SaveChangesAsync(cancellationToken);
        // Before the commit, where the transaction is the caller's: the delivery looks more than once.
        if (isToBeTold) notices.Wake();
        return ended;
    }

    // A client session that is being opened from this row holds a key-share lock on it (foreign key): wait for it,
    // so that it is among the children read next. SQLite has one writer at a time.
    private async Task LockAsync(Guid sessionId, CancellationToken cancellationToken)
    {
        if (!db.Database.IsNpgsql()) return;
        await db.Database.ExecuteSqlAsync($"SELECT 1 FROM user_sessions WHERE id = {sessionId} FOR UPDATE", cancellationToken);
    }

    // As LockAsync, for all browser sessions of a person: in one order, so that two requests do not wait for each other.
    private async Task LockBrowsersAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (!db.Database.IsNpgsql()) return;
        await db.Database.ExecuteSqlAsync(
            $"SELECT 1 FROM user_sessions WHERE user_id = {userId} AND kind = 0 ORDER BY id FOR UPDATE", cancellationToken);
    }

    /// <summary>The reason as <c>detail</c> of the audit trail.</summary>
    public static string Word(EndReason reason) => reason switch
    {
        EndReason.SignedOut => "signed out",
        EndReason.Switched => "switched to another account",
        EndReason.Revoked => "revoked",
        EndReason.SignedOutElsewhere => "signed out from the list of sessions",
        EndReason.AccessWithdrawn => "access withdrawn",
        EndReason.EndedByAdmin => "ended by an admin",
        EndReason.CodeReplayed => "authorization code used twice",
        EndReason.PasswordChanged => "password changed",
        EndReason.PasswordReset => "password reset",
        EndReason.PasswordRemoved => "password removed",
        EndReason.EmailUndone => "change of address taken back",
        EndReason.AddressProven => "address proven",
        EndReason.NotThePerson => "not the person",
        EndReason.AccountDisabled => "account disabled",
        EndReason.SecondFactorNeeded => "second factor needed",
        EndReason.DeletionRequested => "account to be deleted",
        EndReason.AccountDeleted => "account deleted",
        EndReason.ClientDeleted => "client deleted",
        EndReason.SectorChanged => "sector of the client changed",
        EndReason.TooMany => "too many sessions",
        EndReason.RefreshTokenReused => "refresh token used after rotation",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };
}
