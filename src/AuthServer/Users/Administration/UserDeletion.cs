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
        if (id == actor.UserId) return new ChangeResult.OwnAccount("delete your own account");

        // The transaction decides, not the connection of a caller who goes away.
        var stop = CancellationToken.None;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await roles.HoldAdminAsync(actor.UserId, stop)) return new ChangeResult.NoLongerAdmin();
        if (await db.Users.Where(u => u.Id == id).Select(u => (long?)u.Version).FirstOrDefaultAsync(stop) is not { } version) return new ChangeResult.NotFound();
        if (!matches(version)) return new ChangeResult.Stale();

        if (await removal.RemoveAsync(id, version, actor.UserId, actor.Caller, stop) is null)
        {
            // Somebody was faster: with a change, which the caller has not seen, or with the same deletion.
            return await db.Users.AnyAsync(u => u.Id == id, stop) ? new ChangeResult.Stale() : new ChangeResult.NotFound();
        }

        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.UserDeleted, actor.Caller, actor.UserId, id, actor.ClientId, actor.SessionId);
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return new ChangeResult.Deleted();
    }
}
