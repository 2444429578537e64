using AuthServer.Audit;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>Deletes an account for an admin or a service account.</summary>
public sealed class UserDeletion(AuthDbContext db, UserRoles roles, UserRemoval removal, TimeProvider time)
{
    /// <param name="matches">Whether the version is one that the caller wants to delete.</param>
    public async Task<ChangeResult> DeleteAsync(Guid id, Func<long, bool> matches, AccountActor actor)
    {
        if (id == actor.PersonId) return new ChangeResult.OwnAccount("delete your own account");

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
}
