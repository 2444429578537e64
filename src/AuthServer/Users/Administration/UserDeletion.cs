using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Users.Identity;
using AuthServer.Users.Notices;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>Deletes an account for an admin or a service account, or keeps one that its person wanted deleted.</summary>
public sealed class UserDeletion(AuthDbContext db, UserRoles roles, UserRemoval removal, ClosingNotice notice, TimeProvider time)
{
    /// <param name="matches">Whether the version is one that the caller wants to delete.</param>
    public async Task<ChangeResult> DeleteAsync(Guid id, Func<long, bool> matches, AccountActor actor)
    {
        if (id == actor.PersonId) return new ChangeResult.OwnAccount("delete your own account");
        if (AdminProof.Missing(actor, time) is { } missing) return missing;

        // The transaction decides, not the connection of a caller who goes away.
        var stop = CancellationToken.None;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await roles.HoldRightAsync(actor, stop)) return new ChangeResult.NoLongerAdmin();
        if (await db.Users.Where(u => u.Id == id).Select(u => (long?)u.Version).FirstOrDefaultAsync(stop) is not { } version)
        {
            return new ChangeResult.NotFound();
        }
        if (!matches(version)) return new ChangeResult.Stale();

        if (await removal.RemoveAsync(id, version, actor.PersonId, actor.Caller, stop) is null)
        {
            // Another request was faster: with a change, which the caller has not seen, or with the same deletion.
            return await db.Users.AnyAsync(u => u.Id == id, stop) ? new ChangeResult.Stale() : new ChangeResult.NotFound();
        }

        var now = time.GetUtcNow().UtcDateTime;
        AuditTrail.Record(db, now, AuditKinds.UserDeleted, actor.Caller, actor.PersonId, id, actor.ClientId, actor.PersonSession);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return new ChangeResult.Deleted();
    }

    /// <summary>
    /// Keeps an account that its person has closed, without a sign-in. One that an admin has disabled meanwhile stays disabled.
    /// </summary>
    public async Task<ChangeResult> TakeBackAsync(Guid id, AccountActor actor)
    {
        var stop = CancellationToken.None;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await roles.HoldRightAsync(actor, stop)) return new ChangeResult.NoLongerAdmin();
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, stop) is not { } user) return new ChangeResult.NotFound();
        if (user.DeleteAfter is null) return new ChangeResult.NotToBeDeleted();
        var (now, disabledAt) = (time.GetUtcNow().UtcDateTime, user.MayBeKept ? null : user.DisabledAt);
        var moved = await db.Users.Where(u => u.Id == id && u.DeleteAfter == user.DeleteAfter && u.DisabledAt == user.DisabledAt)
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.DisabledAt, disabledAt).SetProperty(u => u.DeleteAfter, (DateTime?)null).NextVersion(now),
                stop);
        // Kept, or disabled, in this moment by somebody else.
        if (moved == 0) return new ChangeResult.NotToBeDeleted();
        AuditTrail.Record(
            db, now, AuditKinds.UserDeletionCancelled, actor.Caller, actor.PersonId, id, actor.ClientId, actor.PersonSession);
        if (disabledAt is null) await notice.AddKeptAsync(id);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        notice.Wake();
        return new ChangeResult.Deleted();
    }
}
