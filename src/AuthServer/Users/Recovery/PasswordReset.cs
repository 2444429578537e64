using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using AuthServer.Ui;
using AuthServer.Users.Identity;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Recovery;

/// <summary>What became of a new password.</summary>
public abstract record ResetResult
{
    private ResetResult()
    {
    }

    /// <param name="Before">The account with its former password.</param>
    public sealed record Done(User Before, User Now) : ResetResult;

    /// <summary>The proof was used, has expired, or is of an account that has changed since.</summary>
    public sealed record Ended : ResetResult;

    public sealed record Refused(IReadOnlyList<PasswordProblem> Problems) : ResetResult;

    public sealed record Busy(TimeSpan RetryAfter) : ResetResult;
}

/// <summary>Lets a person who has forgotten their password choose a new one, by a code or a link that is mailed to them.</summary>
public sealed class PasswordReset(
    AuthDbContext db, AccountLookup accounts, ProofIssue proofs, ProofCheck check, MailAsks asks, PasswordPolicy policy,
    PasswordVerification passwords, UnprovenAccess unproven, AddedWays added, SessionEnding ending, Outbox outbox, IssuerOptions issuer,
    AuthMeter meter, TimeProvider time)
{
    /// <summary>The purposes that let a password be chosen.</summary>
    private static readonly ProofPurpose[] Purposes = [ProofPurpose.PasswordReset, ProofPurpose.OperatorReset];

    // A caller who goes away must not leave a reset half done: the transaction decides, not the connection.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>
    /// Sends the mail. An address without an account costs the same statements and gets a mail too, so neither answer nor time nor queue
    /// tells whether there is one.
    /// </summary>
    /// <param name="email">A valid address.</param>
    /// <param name="device">Of a browser or app where the account of the address signed in before; null: it did not.</param>
    public async Task<MailAsk> AskAsync(string email, Caller caller, CancellationToken cancellationToken, DeviceMark? device = null)
    {
        var found = await accounts.FindAsync(email, cancellationToken);
        if (await asks.RefuseAsync(MailKind.PasswordReset, email, caller, device?.NameFor(found)) is { } refused) return refused;

        // One that its person has closed too: whoever took it over may have chosen another password, and the way to keep it begins with
        // a sign-in.
        var user = found is { IsOpenToItsPerson: true } ? found : null;
        // To the address of the account, never to the one that was typed: two mailboxes can have one key.
        var to = user?.Email ?? email;
        var proof = proofs.Add(ProofPurpose.PasswordReset, user, to);
        outbox.Add(db, user is null
            ? new NoAccountLetter(to, null, ProofIssue.Life)
            : new PasswordResetLetter(
                to, StandardClaims.LocaleOf(user), user.Id, proof.Code, proofs.LinkTo(PagePaths.ResetPassword, proof), ProofIssue.Life));
        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.UserPasswordResetAsked, caller, subject: user?.Id);
        await db.SaveChangesAsync(Stop);
        outbox.Wake();
        return new MailAsk.Accepted(new(proof.Row.Id, ProofPurpose.PasswordReset, email));
    }

    /// <summary>The open proof behind a link.</summary>
    public Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken) =>
        check.FindAsync(token, cancellationToken, Purposes);

    /// <summary>The open proof whose code a tab has given.</summary>
    public Task<AccountProof?> FindAsync(Guid proofId, CancellationToken cancellationToken) =>
        check.FindAsync(proofId, cancellationToken, Purposes);

    /// <summary>What is wrong with a password that is being typed: the same as <see cref="SetAsync"/> finds.</summary>
    /// <param name="proof">As it was found with its code or link: the verdict may tell the names of the account.</param>
    /// <param name="app">The name of the app that the person came from.</param>
    public async Task<IReadOnlyList<PasswordProblem>> JudgeAsync(
        AccountProof proof, string password, string? app, CancellationToken cancellationToken) =>
        await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == proof.UserId, cancellationToken) is { } user
            ? Judge(user, password, app)
            : [];

    /// <param name="proof">As it was found with its code or link.</param>
    /// <param name="app">The name of the app that the person came from.</param>
    /// <param name="removeAdded">Whether what was added to the account lately goes.</param>
    public async Task<ResetResult> SetAsync(
        AccountProof proof, string password, Caller caller, CancellationToken cancellationToken, string? app = null,
        bool removeAdded = false)
    {
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == proof.UserId, cancellationToken);
        if (user is not { IsOpenToItsPerson: true }) return new ResetResult.Ended();
        // Not before the proof: a refusal may tell the names of the account.
        if (Judge(user, password, app) is { Count: > 0 } problems)
        {
            return new ResetResult.Refused(problems);
        }
        if (await passwords.HashAsync(password, cancellationToken) is not { } hash)
        {
            return new ResetResult.Busy(PasswordHashingGate.RetryAfter);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var stamp = UserStamps.NewSecurityStamp();
        if (!await WriteAsync(proof, user, hash, stamp) || !await check.UseAsync(proof, Stop)) return new ResetResult.Ended();
        if (!user.EmailConfirmed && proof.Purpose == ProofPurpose.PasswordReset) await unproven.RemoveAsync(user.Id);
        if (removeAdded) await added.RemoveLateAsync(user.Id, "password reset", caller);
        // The sign-ins before it are over: their mails have nothing more to end.
        await db.Proofs.Where(p => p.UserId == user.Id && p.UsedAt == null && p.Purpose == ProofPurpose.NotMe)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UsedAt, time.GetUtcNow().UtcDateTime), Stop);
        var ended = await ending.EndAllOfUserAsync(user.Id, EndReason.PasswordReset, except: null, user.Id, caller, Stop);
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserPasswordReset, caller, user.Id, user.Id,
            detail: proof.Purpose == ProofPurpose.OperatorReset ? "by a link of the operator" : "by mail");
        outbox.Add(db, new PasswordChangedLetter(
            user.Email!, StandardClaims.LocaleOf(user), user.Id, time.GetUtcNow().UtcDateTime, ByAdmin: false, issuer.IssuerText));
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        outbox.Wake();
        if (ended > 0) meter.SessionsEnded("password reset", ended);
        return new ResetResult.Done(user, new User { Id = user.Id, Email = user.Email, SecurityStamp = stamp });
    }

    private IReadOnlyList<PasswordProblem> Judge(User user, string password, string? app) =>
        policy.Judge(password, new(user.Email!, user.FirstName, user.LastName, app));

    /// <summary>The compare-and-swap: of two proofs of one account one sets the password; the stamp makes the other worthless.</summary>
    private async Task<bool> WriteAsync(AccountProof proof, User seen, string hash, string stamp)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var proven = proof.Purpose == ProofPurpose.PasswordReset;
        return await db.Users
            .Where(u => u.Id == proof.UserId && u.SecurityStamp == proof.SecurityStamp && u.Email == proof.Email
                && u.DisabledAt == seen.DisabledAt && u.DeleteAfter == seen.DeleteAfter)
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.SecurityStamp, stamp)
                    .SetProperty(u => u.EmailConfirmed, u => u.EmailConfirmed || proven).NextVersion(now),
                Stop) == 1;
    }
}
