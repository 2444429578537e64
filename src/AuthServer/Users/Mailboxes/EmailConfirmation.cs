using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.RateLimits;
using AuthServer.Ui;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>Lets the person of an account show that its address is theirs.</summary>
public sealed class EmailConfirmation(
    AuthDbContext db, ProofIssue proofs, ProofCheck check, MailAsks asks, Outbox outbox, TimeProvider time)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Sends the mail.</summary>
    public async Task<MailAsk> AskAsync(User user, Caller caller)
    {
        var email = user.Email!;
        // Who asks is signed in: strangers who use up such mails must not keep an account closed.
        var refused = await asks.RefuseAsync(MailKind.EmailConfirmation, email, caller, knownDevice: user.Id.ToString());
        if (refused is not null) return refused;
        var proof = proofs.Add(ProofPurpose.EmailConfirmation, user, email);
        outbox.Add(db, new ConfirmEmailLetter(
            email, StandardClaims.LocaleOf(user), user.Id, proof.Code,
            proofs.LinkTo(PagePaths.EmailLink, proof), ProofIssue.Life, NewAccount: false));
        await db.SaveChangesAsync(Stop);
        outbox.Wake();
        return new MailAsk.Accepted(new(proof.Row.Id, ProofPurpose.EmailConfirmation, email));
    }

    /// <returns>False when the proof was used meanwhile, or the account is another one by now.</returns>
    public async Task<bool> CompleteAsync(AccountProof proof, Caller caller)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var moved = await db.Users
            .Where(u => u.Id == proof.UserId && u.Email == proof.Email && u.SecurityStamp == proof.SecurityStamp && u.DisabledAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.EmailConfirmed, true).SetProperty(u => u.Version, u => u.Version + 1)
                    .SetProperty(u => u.UpdatedAt, now),
                Stop);
        if (moved == 0 || !await check.UseAsync(proof, Stop)) return false;
        AuditTrail.Record(db, now, AuditKinds.UserUpdated, caller, proof.UserId, proof.UserId, detail: AuditDetails.EmailVerified);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        return true;
    }
}
