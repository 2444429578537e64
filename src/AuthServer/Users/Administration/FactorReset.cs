using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Ui.Emails;
using AuthServer.Users.Notices;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.Upstream;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>
/// An admin or a service account takes away the second factors of a person, who has lost them; passkeys among them, because they were on
/// the same phone; and sign-ins of other providers, which are in wrong hands.
/// </summary>
public sealed class FactorReset(
    AuthDbContext db, UserRoles roles, SecondFactorChanges changes, UpstreamLinks links, WayInNotice notice, TimeProvider time)
{
    // The transaction decides, not the connection of a caller who goes away.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Passkeys of an account without a password stay: nothing else would sign the person in.</summary>
    public Task<ChangeResult> ResetAsync(Guid user, AccountActor actor) =>
        // The page wants a code for it; a token of an admin that was stolen must not do without.
        DoAsync(user, actor, "reset your own second factor", async through =>
        {
            if (!await changes.RemoveAsync(user, through, actor.PersonId, actor.Caller, byAdmin: true)) return false;
            await RemovePasskeysAsync(user, actor.PersonId, actor.Caller, through, withoutPassword: false);
            return true;
        });

    /// <summary>Takes away all passkeys and nothing else. A person without a password then needs a mail to get in.</summary>
    public Task<ChangeResult> ResetPasskeysAsync(Guid user, AccountActor actor) =>
        DoAsync(user, actor, "remove all passkeys of your own", async through =>
        {
            if (!await db.Users.AnyAsync(u => u.Id == user, Stop)) return false;
            await RemovePasskeysAsync(user, actor.PersonId, actor.Caller, through, withoutPassword: true);
            return true;
        });

    /// <summary>Disconnects one sign-in of another provider. A person without another way in then needs a mail to get in.</summary>
    /// <param name="connection">The id of an <see cref="UpstreamLink"/>.</param>
    public Task<ChangeResult> DisconnectAsync(Guid user, string connection, AccountActor actor) =>
        DoAsync(user, actor, "disconnect a sign-in of your own here", through =>
            links.RemoveAsync(user, connection, through, actor.PersonId, actor.Caller));

    /// <summary>The operator does it, by a command.</summary>
    public async Task ResetAsync(Guid user)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        await changes.RemoveAsync(user, static _ => { }, actor: null, Caller.System, byAdmin: true);
        await RemovePasskeysAsync(user, actor: null, Caller.System, static _ => { }, withoutPassword: false);
        await transaction.CommitAsync();
    }

    private async Task<ChangeResult> DoAsync(Guid user, AccountActor actor, string own, Func<Action<AuditEvent>, Task<bool>> remove)
    {
        if (user == actor.PersonId) return new ChangeResult.OwnAccount(own);
        if (AdminProof.Missing(actor, time) is { } missing) return missing;
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        if (!await roles.HoldRightAsync(actor, Stop)) return new ChangeResult.NoLongerAdmin();
        if (!await remove(row => (row.ClientId, row.SessionId) = (actor.ClientId, actor.PersonSession))) return new ChangeResult.NotFound();
        await transaction.CommitAsync(Stop);
        notice.Wake();
        return new ChangeResult.Deleted();
    }

    /// <param name="withoutPassword">Whether also those of an account without a password go.</param>
    private async Task RemovePasskeysAsync(Guid user, Guid? actor, Caller caller, Action<AuditEvent> through, bool withoutPassword)
    {
        var removed = await db.Passkeys
            .Where(p => p.UserId == user && (withoutPassword || db.Users.Any(u => u.Id == user && u.PasswordHash != User.NoPassword)))
            .ExecuteDeleteAsync(Stop);
        if (removed == 0) return;
        await UselessCodes.RemoveAsync(db, user, Stop);
        through(AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.PasskeyRemoved, caller, actor, user));
        await notice.AddAsync(user, WayInChange.PasskeysRemoved, byAdmin: true);
        await db.SaveChangesAsync(Stop);
    }
}
