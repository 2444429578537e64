using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Users.Identity;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Recovery;

/// <summary>
/// What the link "This wasn't me" in the mail about a sign-in does. Whoever has signed in knows the password, so it counts no more, and
/// nothing stays that this person may have left behind. The new password needs another mail, which lives for minutes: a mail of last week
/// may have come into other hands.
/// </summary>
public sealed class DisownedSignIn(
    AuthDbContext db, ProofCheck check, ProofIssue proofs, AccountReturn back, SignInMethodOptions methods, Outbox outbox,
    TimeProvider time)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    public Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken) =>
        check.FindAsync(token, cancellationToken, ProofPurpose.NotMe);

    /// <returns>The mail with which the new password is chosen; null when the link was used meanwhile.</returns>
    public async Task<AskedProof?> CompleteAsync(AccountProof proof, Caller caller)
    {
        var (user, now) = (proof.UserId!.Value, time.GetUtcNow().UtcDateTime);
        var stamp = UserStamps.NewSecurityStamp();
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var moved = await db.Users
            .Where(u => u.Id == user && u.Email == proof.Email && (u.DisabledAt == null || u.DeleteAfter != null))
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.SecurityStamp, stamp).SetProperty(u => u.PasswordHash, User.NoPassword).NextVersion(now),
                Stop);
        if (moved == 0 || !await check.UseAsync(proof, Stop)) return null;
        // The links of other sign-ins say the same. That of a former address stays: it has the last word.
        await db.Proofs.Where(p => p.UserId == user && p.UsedAt == null && p.Purpose != ProofPurpose.EmailUndo)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UsedAt, now), Stop);
        AuditTrail.Record(db, now, AuditKinds.UserSignInDisowned, caller, user, user, sessionId: proof.Id);
        // The id of the proof is that of the session.
        var next = await back.AddAsync(user, proof.Email, stamp, proof.CreatedAt, EndReason.NotThePerson, caller);
        if (methods.Password)
        {
            var person = await db.Users.AsNoTracking().FirstAsync(u => u.Id == user, Stop);
            outbox.Add(db, new PasswordResetLetter(
                proof.Email, StandardClaims.LocaleOf(person), user, next.Code, proofs.LinkTo(PagePaths.ResetPassword, next),
                ProofIssue.Life));
        }

        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        outbox.Wake();
        return new(next.Row.Id, ProofPurpose.PasswordReset, proof.Email);
    }
}
