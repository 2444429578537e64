using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.RateLimits;
using AuthServer.Ui;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.Registration;

/// <summary>Accounts that come to be only when the code or the link of a mail has shown whose mailbox it is.</summary>
public sealed class PendingAccounts(
    AuthDbContext db, AccountLookup accounts, AccountInsertion insertion, ProofIssue proofs, ProofCheck check, MailAsks asks,
    PasswordPolicy policy, PasswordVerification passwords, MailSetup mail, Outbox outbox, RegistrationOptions options,
    SignInMethodOptions methods, ConfirmationRules rules, PasskeyRules passkeys, TimeProvider time)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Whether a registration has to be confirmed by mail before there is an account.</summary>
    /// <remarks>Without a password nothing but the mailbox opens the account.</remarks>
    public bool AreUsed => !methods.Password || rules.AreRequired || (mail.IsOn && !options.RevealsTakenEmail);

    /// <summary>Whether people may begin with a passkey: without a mail nothing would help who loses it.</summary>
    public bool MayBeginWithPasskey => mail.IsOn && methods.Password && passkeys.ArePossible;

    /// <summary>Whether the account is to begin with a passkey: then neither code nor link makes it alone.</summary>
    public bool NeedsPasskey(AccountProof proof) => methods.Password && proof.PasswordHash == User.NoPassword;

    /// <summary>
    /// Sends the mail. Where the address has an account, its owner gets a mail that says so, at the cost of the same statements.
    /// </summary>
    /// <param name="account">As it will be; its password is hashed already, so that both cases take the same time.</param>
    internal async Task<RegistrationResult> AskAsync(User account, Caller caller, CancellationToken cancellationToken)
    {
        var email = account.Email!;
        var owner = await accounts.FindAsync(email, cancellationToken);
        if (owner is not null && options.RevealsTakenEmail) return new RegistrationResult.EmailTaken();
        if (await asks.RefuseAsync(MailKind.Registration, email, caller) is { } tooMany)
        {
            return new RegistrationResult.TooManyTries(tooMany.RetryAfter);
        }

        var to = owner?.Email ?? email;
        var proof = proofs.Add(ProofPurpose.Registration, user: null, to);
        if (owner is null)
        {
            (proof.Row.PasswordHash, proof.Row.FirstName, proof.Row.LastName) =
                (account.PasswordHash, account.FirstName, account.LastName);
        }

        outbox.Add(db, owner is null
            ? new ConfirmEmailLetter(
                to, null, null, proof.Code,
                // The link asks for a password: that of the sign-up may be one of somebody else.
                methods.Password ? proofs.LinkTo(PagePaths.ConfirmAccount, proof) : null, ProofIssue.Life, NewAccount: true)
            : new AccountExistsLetter(
                to, StandardClaims.LocaleOf(owner), owner.Id, proofs.AddressOf(PagePaths.SignIn),
                methods.Password ? proofs.AddressOf(PagePaths.ForgottenPassword) : null, ProofIssue.Life));
        await db.SaveChangesAsync(Stop);
        outbox.Wake();
        return new RegistrationResult.MailSent(new(proof.Row.Id, ProofPurpose.Registration, email));
    }

    /// <summary>The account to make behind a link.</summary>
    public Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken) =>
        check.FindAsync(token, cancellationToken, ProofPurpose.Registration);

    /// <summary>What is wrong with the password of the account to make.</summary>
    public IReadOnlyList<PasswordProblem> Judge(AccountProof proof, string password) =>
        policy.Judge(password, new(proof.Email, proof.FirstName, proof.LastName));

    /// <summary>
    /// Makes the account behind a link, with a password that is chosen now. Somebody else may have typed the address, so the password of
    /// then does not become that of whoever reads the mailbox.
    /// </summary>
    public async Task<RegistrationResult> CompleteAsync(
        AccountProof proof, string password, Caller caller, CancellationToken cancellationToken)
    {
        var problems = Judge(proof, password);
        if (problems.Count > 0) return new RegistrationResult.Refused([], problems);
        if (await passwords.HashAsync(password, cancellationToken) is not { } hash)
        {
            return new RegistrationResult.Busy(PasswordHashingGate.RetryAfter);
        }

        proof.PasswordHash = hash;
        return await CompleteAsync(proof, caller);
    }

    /// <summary>The account to make after the right code.</summary>
    public Task<AccountProof?> FindAsync(Guid proofId, CancellationToken cancellationToken) =>
        check.FindAsync(proofId, cancellationToken, ProofPurpose.Registration);

    /// <summary>Makes the account with what was chosen, where the code came back; its address is confirmed.</summary>
    /// <param name="passkey">Of the account that the proof names, for one that begins with a passkey.</param>
    public async Task<RegistrationResult> CompleteAsync(AccountProof proof, Caller caller, Passkey? passkey = null)
    {
        if (NeedsPasskey(proof) != passkey is not null) return new RegistrationResult.Ended();
        var now = time.GetUtcNow();
        var user = new User
        {
            Id = passkey?.UserId ?? Guid.CreateVersion7(now),
            Email = proof.Email,
            EmailConfirmed = true,
            PasswordHash = proof.PasswordHash,
            FirstName = proof.FirstName,
            LastName = proof.LastName,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        if (!await check.UseAsync(proof, Stop)) return new RegistrationResult.Ended();
        var record = AuditTrail.Describe(
            now.UtcDateTime, AuditKinds.UserCreated, caller, user.Id, user.Id, detail: "signed up, address confirmed");
        if (await insertion.InsertAsync(user, [], record, request: null) != Insertion.Done) return new RegistrationResult.EmailTaken();
        if (passkey is not null)
        {
            db.Passkeys.Add(passkey);
            AuditTrail.Record(db, now.UtcDateTime, AuditKinds.PasskeyAdded, caller, user.Id, user.Id, detail: passkey.Name);
            await db.SaveChangesAsync(Stop);
        }

        await transaction.CommitAsync(Stop);
        return new RegistrationResult.Created(user);
    }
}
