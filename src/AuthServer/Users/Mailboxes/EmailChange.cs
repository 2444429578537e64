using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.RateLimits;
using AuthServer.Ui;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Identity;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>What became of a new address.</summary>
public enum EmailChangeResult
{
    Done,

    /// <summary>The proof was used, or the account has changed since.</summary>
    Ended,

    /// <summary>Another account has the address by now.</summary>
    Taken,
}

/// <summary>Gives an account another address once the new mailbox is proven; the former one can take it back for a week.</summary>
public sealed class EmailChange(
    AuthDbContext db, AccountLookup accounts, ProofIssue proofs, ProofCheck check, MailAsks asks, MailSetup mail, Outbox outbox,
    RegistrationOptions options, RegistrationThrottle throttle, SignInMethodOptions methods, KnownDevice known, TimeProvider time)
{
    /// <summary>How long the former address can take a change back.</summary>
    public static readonly TimeSpan UndoLife = TimeSpan.FromDays(7);

    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Sends a mail to the new address.</summary>
    /// <param name="email">A valid address.</param>
    public async Task<MailAsk> AskAsync(User user, string email, Caller caller, CancellationToken cancellationToken)
    {
        // The answer will tell whether the address has an account.
        if (EmailKey.Of(email) != user.NormalizedEmail && await throttle.TakeAsync(caller.Address) is { } wait)
        {
            return new MailAsk.TooMany(wait);
        }

        var (refused, owner) = await CheckAsync(user, email, caller, cancellationToken);
        return refused ?? new MailAsk.Accepted(await SendAsync(user.Id, email, owner));
    }

    /// <summary>Counts the mail, before anything else that is asked together with it is done.</summary>
    /// <returns>Why it may not be sent, and the account that has the address.</returns>
    internal async Task<(MailAsk? Refused, User? Owner)> CheckAsync(
        User user, string email, Caller caller, CancellationToken cancellationToken)
    {
        var owner = await accounts.FindAsync(email, cancellationToken) is { } found && found.Id != user.Id ? found : null;
        if (owner is not null && options.RevealsTakenEmail) return (new MailAsk.EmailTaken(), owner);
        return (await asks.RefuseAsync(MailKind.EmailChange, email, caller), owner);
    }

    /// <summary>Where the address has an account its owner gets a mail that says so, at the cost of the same statements.</summary>
    /// <param name="owner">Another account that has the address; null: none.</param>
    internal async Task<AskedProof> SendAsync(Guid userId, string email, User? owner)
    {
        // As the account is now: a password that was changed together with the address has given it another stamp.
        var user = await db.Users.AsNoTracking().FirstAsync(u => u.Id == userId, Stop);
        var to = owner?.Email ?? email;
        var proof = proofs.Add(ProofPurpose.EmailChange, owner is null ? user : null, to);
        outbox.Add(db, owner is null
            ? new ConfirmEmailLetter(
                to, StandardClaims.LocaleOf(user), user.Id, proof.Code, proofs.LinkTo(PagePaths.EmailLink, proof), ProofIssue.Life,
                NewAccount: false)
            : new AccountExistsLetter(
                to, StandardClaims.LocaleOf(owner), owner.Id, proofs.AddressOf(PagePaths.SignIn),
                methods.Password ? proofs.AddressOf(PagePaths.ForgottenPassword) : null, ProofIssue.Life));
        await db.SaveChangesAsync(Stop);
        outbox.Wake();
        return new(proof.Row.Id, ProofPurpose.EmailChange, email);
    }

    /// <summary>Where the person is signed in; this device stays a known one.</summary>
    public async Task<EmailChangeResult> CompleteAsync(HttpContext http, AccountProof proof)
    {
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == proof.UserId, Stop);
        if (user is null) return EmailChangeResult.Ended;
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        try
        {
            if (!await MoveAsync(user, proof) || !await check.UseAsync(proof, Stop)) return EmailChangeResult.Ended;
        }
        catch (Exception exception) when (UniqueEmail.IsViolatedBy(exception))
        {
            return EmailChangeResult.Taken;
        }

        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserUpdated, Caller.Of(http), user.Id, user.Id,
            detail: $"{AuditDetails.Email} {AuditDetails.EmailVerified}");
        TellFormer(user, proof.Email);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        outbox.Wake();
        known.StayKnown(http, user, new User { Email = proof.Email, SecurityStamp = proof.SecurityStamp });
        return EmailChangeResult.Done;
    }

    /// <summary>In the caller's transaction: tells the former address, with a link that takes the change back.</summary>
    /// <remarks>
    /// One that was never confirmed gets the news alone, without link and without the new address: it may be mistyped, and belong to a
    /// stranger who must not get the account when the mistake is corrected.
    /// </remarks>
    /// <param name="before">The account as it was.</param>
    /// <param name="mayUndo">Whether the former address may take the change back, if it was confirmed.</param>
    internal void TellFormer(User before, string newEmail, bool mayUndo = true)
    {
        if (!mail.IsOn) return;
        if (!before.EmailConfirmed || !mayUndo)
        {
            outbox.Add(db, new EmailChangedLetter(
                before.Email!, StandardClaims.LocaleOf(before), before.Id, NewEmail: null, Link: null, UndoLife));
            return;
        }

        var undo = proofs.Add(ProofPurpose.EmailUndo, before, before.Email!, UndoLife);
        outbox.Add(db, new EmailChangedLetter(
            before.Email!, StandardClaims.LocaleOf(before), before.Id, newEmail, proofs.LinkTo(PagePaths.UndoEmail, undo), UndoLife));
    }

    private async Task<bool> MoveAsync(User user, AccountProof proof)
    {
        var (now, key) = (time.GetUtcNow().UtcDateTime, EmailKey.Of(proof.Email));
        var moved = await db.Users
            .Where(u => u.Id == user.Id && u.Email == user.Email && u.SecurityStamp == proof.SecurityStamp && u.DisabledAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.Email, proof.Email).SetProperty(u => u.NormalizedEmail, key)
                    .SetProperty(u => u.EmailConfirmed, true).NextVersion(now),
                Stop);
        if (moved == 1) await StoredKey.KeepAsync(db, user.Id, proof.Email, Stop);
        return moved == 1;
    }
}
