using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>Deletes an account: its sessions end first, then it goes with its roles, consents and codes.</summary>
public sealed class UserDeletion(AuthDbContext db, UserRoles roles, SessionEnding ending, TimeProvider time)
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

        await ending.EndAllOfUserAsync(id, EndReason.AccountDeleted, except: null, actor.UserId, actor.Caller, stop);
        // The protocol's rows name the subject as text, without a foreign key.
        var subject = id.ToString();
        await db.Tokens.Where(t => t.Subject == subject).ExecuteDeleteAsync(stop);
        await db.Authorizations.Where(a => a.Subject == subject).ExecuteDeleteAsync(stop);
        if (await db.Users.Where(u => u.Id == id && u.Version == version).ExecuteDeleteAsync(stop) == 0)
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
