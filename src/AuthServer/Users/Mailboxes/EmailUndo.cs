using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Identity;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>
/// Takes a change of the address back, for whoever reads the former mailbox: the change may have been made by somebody who knew the
/// password. So every session ends, the password counts no more, passkeys, second factors and recovery codes that came with the change go,
/// and a new password is chosen next.
/// </summary>
public sealed class EmailUndo(AuthDbContext db, ProofCheck check, SessionEnding ending, AccountReturn back, TimeProvider time)
{
    // Whoever takes an account over changes the address soon after the sign-in, and may leave a way in before that.
    private static readonly TimeSpan Before = TimeSpan.FromDays(1);

    private static readonly CancellationToken Stop = CancellationToken.None;

    public Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken) =>
        check.FindAsync(token, cancellationToken, ProofPurpose.EmailUndo);

    /// <returns>The proof with which the new password is chosen.</returns>
    public async Task<(EmailChangeResult Result, AccountProof? NextPassword)> CompleteAsync(AccountProof proof, Caller caller)
    {
        var (user, stamp) = (proof.UserId!.Value, UserStamps.NewSecurityStamp());
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        try
        {
            await DisplaceAsync(proof, caller);
            if (!await MoveBackAsync(proof, stamp) || !await check.UseAsync(proof, Stop)) return (EmailChangeResult.Ended, null);
        }
        catch (Exception exception) when (UniqueEmail.IsViolatedBy(exception))
        {
            return (EmailChangeResult.Taken, null);
        }

        var since = await SinceAsync(user, proof.CreatedAt - Before);
        // Those of later addresses too: they may be in the hands of whoever took the account over. Those of earlier ones stay: of several
        // former addresses the oldest has the last word.
        await db.Proofs
            .Where(p => p.UserId == user && p.UsedAt == null
                && (p.Purpose != ProofPurpose.EmailUndo || p.CreatedAt >= proof.CreatedAt))
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UsedAt, time.GetUtcNow().UtcDateTime), Stop);
        var next = await back.AddAsync(user, proof.Email, stamp, since, EndReason.EmailUndone, caller);
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserUpdated, caller, user, user,
            detail: AuditDetails.EmailTakenBack);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        return (EmailChangeResult.Done, next.Row);
    }

    /// <summary>A sign-in on a new device that nobody has answered for may have been the first of whoever changed the address.</summary>
    private async Task<DateTime> SinceAsync(Guid user, DateTime usual) =>
        await db.Proofs.Where(p => p.UserId == user && p.Purpose == ProofPurpose.NotMe && p.UsedAt == null && p.CreatedAt < usual)
            .MinAsync(p => (DateTime?)p.CreatedAt, Stop) ?? usual;

    // An account that was made meanwhile with the former address, which it has never proven: its person cannot have the mailbox.
    private async Task DisplaceAsync(AccountProof proof, Caller caller)
    {
        var key = EmailKey.Of(proof.Email);
        var holder = await db.Users.AsNoTracking()
            .FirstOrDefaultAsync(u => u.NormalizedEmail == key && u.Id != proof.UserId && !u.EmailConfirmed, Stop);
        if (holder is null) return;
        var (now, email) = (time.GetUtcNow().UtcDateTime, $"{holder.Id:N}@displaced.invalid");
        var moved = await db.Users.Where(u => u.Id == holder.Id && u.NormalizedEmail == key && !u.EmailConfirmed).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Email, email).SetProperty(u => u.NormalizedEmail, EmailKey.Of(email))
                .SetProperty(u => u.SecurityStamp, UserStamps.NewSecurityStamp()).NextVersion(now),
            Stop);
        if (moved == 0) return;
        await StoredKey.KeepAsync(db, holder.Id, email, Stop);
        // Nobody acts on this account: whoever takes theirs back is neither its person nor an admin.
        await ending.EndAllOfUserAsync(holder.Id, EndReason.EmailUndone, except: null, actor: null, caller, Stop);
        AuditTrail.Record(db, now, AuditKinds.UserUpdated, caller, actor: null, holder.Id, detail: AuditDetails.EmailDisplaced);
    }

    // Whatever the stamp is now: who took the account over may have changed the password too.
    private async Task<bool> MoveBackAsync(AccountProof proof, string stamp)
    {
        var (now, key) = (time.GetUtcNow().UtcDateTime, EmailKey.Of(proof.Email));
        var moved = await db.Users.Where(u => u.Id == proof.UserId && u.Email != proof.Email).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Email, proof.Email).SetProperty(u => u.NormalizedEmail, key)
                .SetProperty(u => u.EmailConfirmed, true).SetProperty(u => u.SecurityStamp, stamp)
                .SetProperty(u => u.PasswordHash, User.NoPassword).NextVersion(now),
            Stop);
        if (moved == 1) await StoredKey.KeepAsync(db, proof.UserId!.Value, proof.Email, Stop);
        return moved == 1;
    }
}
