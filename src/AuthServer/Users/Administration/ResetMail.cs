using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.RateLimits;
using AuthServer.Ui;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.Administration;

/// <summary>What became of the wish of an admin that a person gets the mail.</summary>
public abstract record ResetMailResult
{
    private ResetMailResult()
    {
    }

    public sealed record Sent : ResetMailResult;

    public sealed record NotFound : ResetMailResult;

    /// <summary>The account is disabled: a new password would open nothing.</summary>
    public sealed record Disabled : ResetMailResult;

    public sealed record TooMany(TimeSpan RetryAfter) : ResetMailResult;
}

/// <summary>Sends a person the mail to choose a new password, because an admin or a service account wants it.</summary>
public sealed class ResetMail(AuthDbContext db, AccountLookup accounts, ProofIssue proofs, MailAsks asks, Outbox outbox, TimeProvider time)
{
    // Counted apart: strangers who use up the mails of the person, or of the kind, do not keep an admin from helping.
    private const string ByAdmin = "admin";

    public async Task<ResetMailResult> SendAsync(Guid userId, AccountActor actor, CancellationToken cancellationToken)
    {
        if (await accounts.FindAsync(userId, cancellationToken) is not { } user) return new ResetMailResult.NotFound();
        if (!user.IsOpenToItsPerson) return new ResetMailResult.Disabled();
        if (await asks.RefuseAsync(MailKind.PasswordReset, user.Email!, actor.Caller, ByAdmin) is { } refused)
        {
            return new ResetMailResult.TooMany(refused.RetryAfter);
        }

        var proof = proofs.Add(ProofPurpose.PasswordReset, user, user.Email!);
        outbox.Add(db, new ResetLinkLetter(
            user.Email!, StandardClaims.LocaleOf(user), user.Id, proofs.LinkTo(PagePaths.ResetPassword, proof), ProofIssue.Life));
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserPasswordResetAsked, actor.Caller, actor.PersonId, user.Id, actor.ClientId,
            actor.PersonSession, "by an admin");
        await db.SaveChangesAsync(CancellationToken.None);
        outbox.Wake();
        return new ResetMailResult.Sent();
    }
}
