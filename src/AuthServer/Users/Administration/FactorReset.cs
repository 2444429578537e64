using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Users.SecondFactors;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>
/// An admin or a service account takes away the second factors of a person, who has lost them; passkeys among them, because they were on
/// the same phone. Those of an account without a password stay: nothing else would sign the person in.
/// </summary>
public sealed class FactorReset(AuthDbContext db, UserRoles roles, SecondFactorChanges changes, TimeProvider time)
{
    public async Task<ChangeResult> ResetAsync(Guid user, AccountActor actor)
    {
        // The page wants a code for it; a token of an admin that was stolen must not do without.
        if (user == actor.PersonId) return new ChangeResult.OwnAccount("reset your own second factor");
        // The transaction decides, not the connection of a caller who goes away.
        var stop = CancellationToken.None;
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (!await roles.HoldRightAsync(actor, stop)) return new ChangeResult.NoLongerAdmin();
        var found = await changes.RemoveAsync(
            user, row => (row.ClientId, row.SessionId) = (actor.ClientId, actor.PersonSession), actor.PersonId, actor.Caller);
        if (!found) return new ChangeResult.NotFound();
        await RemovePasskeysAsync(
            user, actor.PersonId, actor.Caller, row => (row.ClientId, row.SessionId) = (actor.ClientId, actor.PersonSession));
        await transaction.CommitAsync(stop);
        return new ChangeResult.Deleted();
    }

    /// <summary>The operator does it, by a command.</summary>
    public async Task ResetAsync(Guid user)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await changes.RemoveAsync(user, static _ => { }, actor: null, Caller.System);
        await RemovePasskeysAsync(user, actor: null, Caller.System, static _ => { });
        await transaction.CommitAsync();
    }

    private async Task RemovePasskeysAsync(Guid user, Guid? actor, Caller caller, Action<AuditEvent> through)
    {
        var stop = CancellationToken.None;
        var removed = await db.Passkeys
            .Where(p => p.UserId == user && db.Users.Any(u => u.Id == user && u.PasswordHash != User.NoPassword)).ExecuteDeleteAsync(stop);
        if (removed == 0) return;
        through(AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.PasskeyRemoved, caller, actor, user));
        await db.SaveChangesAsync(stop);
    }
}
