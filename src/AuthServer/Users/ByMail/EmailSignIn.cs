using AuthServer.Audit;
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
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.ByMail;

/// <summary>What became of a right code or link.</summary>
public abstract record EmailSignInResult
{
    private EmailSignInResult()
    {
    }

    /// <param name="LostUnproven">What had been set up before the address was proven is gone; the person is to be told.</param>
    public sealed record SignedIn(User User, bool LostUnproven) : EmailSignInResult;

    /// <summary>The account is disabled until it is deleted: its person may keep it.</summary>
    public sealed record ToBeDeleted(User User, DateTime At) : EmailSignInResult;

    /// <summary>The proof was used meanwhile, or the account has changed.</summary>
    public sealed record Ended : EmailSignInResult;
}

/// <summary>Signs a person in who reads the mailbox of the account; the session is opened by the caller.</summary>
public sealed class EmailSignIn(
    AuthDbContext db, AccountLookup accounts, ProofIssue proofs, ProofCheck check, MailAsks asks, UnprovenAccess unproven,
    SessionEnding ending, Outbox outbox, AuthMeter meter, TimeProvider time)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>
    /// Sends the mail. An address without an account costs the same statements and gets a mail too, so neither answer nor time nor queue
    /// tells whether there is one.
    /// </summary>
    /// <param name="email">A valid address.</param>
    /// <param name="device">Of a browser or app where this account signed in before (<see cref="KnownDevice"/>): its mails and tries count
    /// apart, so that strangers do not keep the owner out.</param>
    /// <param name="app">The name of the app that asks itself; null: a page of this server.</param>
    public async Task<MailAsk> AskAsync(string email, Caller caller, DeviceMark? device, string? app, CancellationToken cancellationToken)
    {
        var found = await accounts.FindAsync(email, cancellationToken);
        if (await asks.RefuseAsync(MailKind.SignIn, email, caller, device?.NameFor(found)) is { } refused) return refused;
        var user = found is { IsOpenToItsPerson: true } ? found : null;
        // To the address of the account, never to the one that was typed: two mailboxes can have one key.
        var to = user?.Email ?? email;
        var proof = proofs.Add(ProofPurpose.SignIn, user, to);
        outbox.Add(db, user is null
            ? new NoAccountLetter(to, null, ProofIssue.Life) { SignIn = true }
            : new SignInCodeLetter(
                to, StandardClaims.LocaleOf(user), user.Id, proof.Code,
                // The link works in a browser that asked, and no app is one.
                app is null ? proofs.LinkTo(PagePaths.SignInLink, proof) : null,
                ProofIssue.Life, caller.UserAgent, caller.Address, app));
        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.UserSignInCodeAsked, caller, subject: user?.Id);
        await db.SaveChangesAsync(Stop);
        outbox.Wake();
        return new MailAsk.Accepted(new(proof.Row.Id, ProofPurpose.SignIn, email));
    }

    public async Task<CodeCheck> TryCodeAsync(
        AskedProof asked, string typed, Caller caller, DeviceMark? device, CancellationToken cancellationToken)
    {
        var knownDevice = device?.NameFor(await accounts.FindAsync(asked.Email, cancellationToken));
        var result = await check.TryCodeAsync(asked, typed, caller, cancellationToken, knownDevice);
        if (result is not CodeCheck.Right) meter.SignIn(result is CodeCheck.TooManyTries ? "throttled" : "wrong");
        return result;
    }

    /// <summary>The open proof behind a link.</summary>
    public Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken) =>
        check.FindAsync(token, cancellationToken, ProofPurpose.SignIn);

    /// <summary>Uses the proof up, once. The address is confirmed from now on.</summary>
    /// <param name="signedInAs">The account of the standing session of the same browser; null: there is none.</param>
    public async Task<EmailSignInResult> CompleteAsync(AccountProof proof, Caller caller, Guid? signedInAs = null)
    {
        var user = await accounts.FindAsync(proof.UserId!.Value, Stop);
        if (user is null || user.SecurityStamp != proof.SecurityStamp || user.Email != proof.Email || !user.IsOpenToItsPerson) return Ended;
        // A second factor decides alone: whoever lacks it reads the mailbox, but has not made the account.
        var proven = user.EmailConfirmed || user.TwoFactorEnabled || user.DeleteAfter is not null;
        var lost = false;
        if (proven)
        {
            if (!await check.UseAsync(proof, Stop)) return Ended;
        }
        else if (await ProveAsync(user, proof, caller, isOwn: signedInAs == user.Id) is { } taken) lost = taken;
        else return Ended;

        meter.SignIn("right");
        return user.DeleteAfter is { } at ? new EmailSignInResult.ToBeDeleted(user, at) : new EmailSignInResult.SignedIn(user, lost);
    }

    private static EmailSignInResult Ended => new EmailSignInResult.Ended();

    /// <summary>
    /// Confirms the address. Until now anybody may have made the account in the name of its owner, with a password that somebody else knows
    /// ("pre-hijacking"). So whatever opens it is taken away, unless the person is signed in to it: then they have both.
    /// </summary>
    /// <returns>Whether a way in was taken away; null when the proof was used, or the account has changed.</returns>
    private async Task<bool?> ProveAsync(User user, AccountProof proof, Caller caller, bool isOwn)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var stamp = isOwn ? user.SecurityStamp! : UserStamps.NewSecurityStamp();
        var password = isOwn ? user.PasswordHash : User.NoPassword;
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var moved = await db.Users
            .Where(u => u.Id == user.Id && u.Email == proof.Email && u.SecurityStamp == proof.SecurityStamp && u.DisabledAt == null
                && !u.EmailConfirmed && !u.TwoFactorEnabled)
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.EmailConfirmed, true).SetProperty(u => u.PasswordHash, password)
                    .SetProperty(u => u.SecurityStamp, stamp).NextVersion(now),
                Stop);
        if (moved == 0 || !await check.UseAsync(proof, Stop)) return null;
        var lost = false;
        if (!isOwn)
        {
            lost = await unproven.RemoveAsync(user.Id) || user.PasswordHash != User.NoPassword;
            await ending.EndAllOfUserAsync(user.Id, EndReason.AddressProven, except: null, user.Id, caller, Stop);
        }

        AuditTrail.Record(
            db, now, AuditKinds.UserUpdated, caller, user.Id, user.Id,
            detail: lost ? AuditDetails.EmailVerifiedAlone : AuditDetails.EmailVerified);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        (user.EmailConfirmed, user.PasswordHash, user.SecurityStamp) = (true, password, stamp);
        return lost;
    }
}
