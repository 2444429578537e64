using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.Registration;

/// <summary>What a person typed to get an account.</summary>
/// <param name="Password">Means nothing where nobody signs in with one.</param>
/// <param name="App">The name of the app that the person came from, which is no good password.</param>
public sealed record NewAccount(string Email, string Password, string? FirstName, string? LastName, string? App = null)
{
    /// <summary>A passkey is made once the address is proven, and no password is asked for.</summary>
    public bool ByPasskey { get; init; }
}

public enum RegistrationProblem
{
    EmailMissing,
    EmailInvalid,
    FirstNameTooLong,
    LastNameTooLong,
}

/// <summary>What became of a new account.</summary>
public abstract record RegistrationResult
{
    private RegistrationResult()
    {
    }

    public sealed record Created(User User) : RegistrationResult;

    /// <summary>The same request was carried out before; <see cref="IdempotencyKeys"/> has its answer.</summary>
    public sealed record Repeated : RegistrationResult;

    /// <summary>A mail is on its way, with the code that makes the account, or to the owner of the address.</summary>
    public sealed record MailSent(AskedProof Proof) : RegistrationResult;

    /// <summary>The code or link that was to make the account was used, or has expired.</summary>
    public sealed record Ended : RegistrationResult;

    public sealed record EmailTaken : RegistrationResult;

    /// <summary>Everything that is wrong, at once.</summary>
    public sealed record Refused(
        IReadOnlyList<RegistrationProblem> Problems, IReadOnlyList<PasswordProblem> PasswordProblems) : RegistrationResult;

    public sealed record TooManyTries(TimeSpan RetryAfter) : RegistrationResult;

    public sealed record Busy(TimeSpan RetryAfter) : RegistrationResult;
}

/// <summary>Makes accounts for people who sign up.</summary>
public sealed class AccountRegistration(
    AccountInsertion accounts, PasswordPolicy policy, PasswordVerification passwords, RegistrationThrottle throttle,
    SignInMethodOptions methods, PendingAccounts pending, Refusals refusals, AuthMeter meter, TimeProvider time)
{
    public async Task<RegistrationResult> RegisterAsync(
        NewAccount account, Caller caller, CancellationToken cancellationToken, RepeatableRequest? request = null)
    {
        var email = account.Email.Trim();
        var (firstName, lastName) = (PersonName.Clean(account.FirstName), PersonName.Clean(account.LastName));
        var problems = AccountRules.Problems(email, firstName, lastName).ToList();
        var byPassword = methods.Password && !account.ByPasskey;
        IReadOnlyList<PasswordProblem> passwordProblems =
            byPassword ? policy.Judge(account.Password, new(email, firstName, lastName, account.App)) : [];
        if (problems.Count > 0 || passwordProblems.Count > 0) return new RegistrationResult.Refused(problems, passwordProblems);

        // Every answer below tells whether the address has an account: each one counts, also "taken".
        if (await throttle.TakeAsync(caller.Address) is { } wait)
        {
            meter.RateLimited("registration");
            refusals.Record(RefusalKinds.RegistrationThrottled, caller);
            return new RegistrationResult.TooManyTries(wait);
        }

        var hash = byPassword ? await passwords.HashAsync(account.Password, cancellationToken) : User.NoPassword;
        if (hash is null)
        {
            return new RegistrationResult.Busy(PasswordHashingGate.RetryAfter);
        }

        var now = time.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(now), Email = email, PasswordHash = hash, FirstName = firstName,
            LastName = lastName };
        if (pending.AreUsed || account.ByPasskey) return await pending.AskAsync(user, caller, cancellationToken);
        var record = AuditTrail.Describe(now.UtcDateTime, AuditKinds.UserCreated, caller, user.Id, user.Id, detail: "signed up");
        return await accounts.InsertAsync(user, [], record, request) switch
        {
            Insertion.Done => new RegistrationResult.Created(user),
            Insertion.EmailTaken => new RegistrationResult.EmailTaken(),
            _ => new RegistrationResult.Repeated(),
        };
    }
}
