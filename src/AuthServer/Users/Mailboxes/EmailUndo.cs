using System.Security.Cryptography;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>
/// Takes a change of the address back, for whoever reads the former mailbox: the change may have been made by somebody who knew the
/// password, so every session ends and a new password is chosen next.
/// </summary>
public sealed class EmailUndo(AuthDbContext db, ProofIssue proofs, ProofCheck check, SessionEnding ending, TimeProvider time)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    public Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken) =>
        check.FindAsync(token, cancellationToken, ProofPurpose.EmailUndo);

    /// <returns>The proof with which the new password is chosen.</returns>
    public async Task<(EmailChangeResult Result, AccountProof? NextPassword)> CompleteAsync(AccountProof proof, Caller caller)
    {
        var stamp = Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        try
        {
            if (!await MoveBackAsync(proof, stamp) || !await check.UseAsync(proof, Stop)) return (EmailChangeResult.Ended, null);
        }
        catch (Exception exception) when (UniqueEmail.IsViolatedBy(exception))
        {
            return (EmailChangeResult.Taken, null);
        }

        // Those of later addresses too: they may be in the hands of whoever took the account over.
        await db.Proofs.Where(p => p.UserId == proof.UserId && p.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UsedAt, time.GetUtcNow().UtcDateTime), Stop);
        await ending.EndAllOfUserAsync(proof.UserId!.Value, EndReason.EmailUndone, except: null, proof.UserId, caller, Stop);
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserUpdated, caller, proof.UserId, proof.UserId,
            detail: "email, taken back by its former address");
        var next = proofs.Add(
            ProofPurpose.PasswordReset, new User { Id = proof.UserId.Value, SecurityStamp = stamp }, proof.Email);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        return (EmailChangeResult.Done, next.Row);
    }

    // Whatever the stamp is now: who took the account over may have changed the password too.
    private async Task<bool> MoveBackAsync(AccountProof proof, string stamp)
    {
        var (now, key) = (time.GetUtcNow().UtcDateTime, EmailKey.Of(proof.Email));
        var moved = await db.Users.Where(u => u.Id == proof.UserId && u.Email != proof.Email).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Email, proof.Email).SetProperty(u => u.NormalizedEmail, key)
                .SetProperty(u => u.EmailConfirmed, true).SetProperty(u => u.SecurityStamp, stamp)
                .SetProperty(u => u.Version, u => u.Version + 1).SetProperty(u => u.UpdatedAt, now)
                .SetProperty(u => u.ConcurrencyStamp, Guid.CreateVersion7().ToString()),
            Stop);
        if (moved == 1) await StoredKey.KeepAsync(db, proof.UserId!.Value, proof.Email, Stop);
        return moved == 1;
    }
}
