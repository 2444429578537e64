using System.Data.Common;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.Administration;
using AuthServer.Users.Identity;
using AuthServer.Users.Notices;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.MyAccount;

/// <summary>What became of the wish of a person to delete their account.</summary>
public abstract record DeletionResult
{
    private DeletionResult()
    {
    }

    /// <summary>The account is disabled, and deleted at this time if nobody keeps it.</summary>
    public sealed record Requested(DateTime DeleteAfter) : DeletionResult;

    /// <summary>Admins are deleted by another admin, so that one always remains.</summary>
    public sealed record IsAdmin : DeletionResult;

    /// <summary>The account is disabled or gone already.</summary>
    public sealed record NotFound : DeletionResult;
}

/// <summary>Lets people delete their account, with two weeks in which they can keep it.</summary>
public sealed partial class OwnDeletion(
    AuthDbContext db, UserRoles roles, UserRemoval removal, SessionEnding ending, ClosingNotice notice, TimeProvider time,
    ILogger<OwnDeletion> log)
{
    private const int BatchSize = 100;

    // The transaction decides, not the connection of a caller who goes away.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Whether another admin has to delete the account.</summary>
    public Task<bool> IsAdminAsync(Guid userId, CancellationToken cancellationToken) => roles.IsAdminAsync(userId, cancellationToken);

    /// <summary>Disables the account and ends its sessions; <see cref="DeleteDueAsync"/> deletes it.</summary>
    public async Task<DeletionResult> RequestAsync(AccountActor.Person person)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        if (await roles.IsAdminAsync(person.UserId, Stop)) return new DeletionResult.IsAdmin();
        var now = time.GetUtcNow().UtcDateTime;
        var deleteAfter = now + User.DeletionGrace;
        // A session that opens while this runs carries the former stamp: it never stands, also when the account is kept.
        var stamp = UserStamps.NewSecurityStamp();
        var moved = await db.Users.Where(u => u.Id == person.UserId).OfSession(db, person.SessionId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.DisabledAt, now).SetProperty(u => u.DeleteAfter, deleteAfter)
                .SetProperty(u => u.SecurityStamp, stamp).NextVersion(now),
            Stop);
        if (moved == 0) return new DeletionResult.NotFound();
        AuditTrail.Record(
            db, now, AuditKinds.UserDeletionRequested, person.Caller, person.UserId, person.UserId, person.ClientId, person.SessionId);
        await notice.AddClosedAsync(person.UserId, deleteAfter);
        await db.SaveChangesAsync(Stop);
        await ending.EndAllOfUserAsync(
            person.UserId, EndReason.DeletionRequested, except: null, person.UserId, person.Caller, Stop);
        await transaction.CommitAsync(Stop);
        notice.Wake();
        return new DeletionResult.Requested(deleteAfter);
    }

    /// <summary>Keeps an account that was to be deleted. Its sessions stay ended: the person signs in.</summary>
    /// <param name="stamp">As it was when the person proved who they are.</param>
    /// <returns>False when there is nothing to keep.</returns>
    public async Task<bool> KeepAsync(Guid userId, string stamp, Caller caller)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var now = time.GetUtcNow().UtcDateTime;
        var moved = await db.Users.Where(u => u.Id == userId && u.DeleteAfter != null && u.SecurityStamp == stamp).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.DisabledAt, (DateTime?)null).SetProperty(u => u.DeleteAfter, (DateTime?)null).NextVersion(now),
            Stop);
        if (moved == 0) return false;
        AuditTrail.Record(db, now, AuditKinds.UserDeletionCancelled, caller, userId, userId);
        await notice.AddKeptAsync(userId);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        notice.Wake();
        return true;
    }

    /// <summary>Deletes the accounts whose time has come, each in a transaction of its own.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DeleteDueAsync(CancellationToken cancellationToken)
    {
        var deleted = 0;
        while (true)
        {
            var now = time.GetUtcNow().UtcDateTime;
            var due = await db.Users.Where(u => u.DeleteAfter <= now).OrderBy(u => u.DeleteAfter).Take(BatchSize)
                .Select(u => new { u.Id, u.Version }).ToListAsync(cancellationToken);
            var before = deleted;
            foreach (var user in due)
            {
                if (await TryDeleteAsync(user.Id, user.Version, now)) deleted++;
                db.ChangeTracker.Clear();
            }

            // What was not deleted has changed meanwhile: the next run looks again.
            if (due.Count < BatchSize || deleted == before) return deleted;
        }
    }

    // One that cannot be deleted must not keep the others.
    private async Task<bool> TryDeleteAsync(Guid id, long version, DateTime now)
    {
        try
        {
            return await DeleteAsync(id, version, now);
        }
        catch (Exception error) when (error is DbException or DbUpdateException)
        {
            LogNotDeleted(log, id, error.GetBaseException().Message);
            return false;
        }
    }

    // An account that is kept in this moment has another version by then.
    private async Task<bool> DeleteAsync(Guid id, long version, DateTime now)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        if (await removal.RemoveAsync(id, version, id, Caller.System, Stop) is null) return false;
        AuditTrail.Record(db, now, AuditKinds.UserDeleted, Caller.System, id, id, detail: "asked for by the person");
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The account {User}, whose person wants it deleted, could not be deleted: {Reason}")]
    private static partial void LogNotDeleted(ILogger logger, Guid user, string reason);
}
