using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users;

/// <summary>What a person typed to get an account.</summary>
public sealed record NewAccount(string Email, string Password, string? FirstName, string? LastName);

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

    public sealed record EmailTaken : RegistrationResult;

    /// <summary>Everything that is wrong, at once.</summary>
    public sealed record Refused(IReadOnlyList<RegistrationProblem> Problems, IReadOnlyList<PasswordProblem> PasswordProblems) : RegistrationResult;

    public sealed record TooManyTries(TimeSpan RetryAfter) : RegistrationResult;

    public sealed record Busy(TimeSpan RetryAfter) : RegistrationResult;
}

/// <summary>Makes accounts for people who sign up.</summary>
public sealed class AccountRegistration(
    AuthDbContext db, UserManager<User> users, PasswordPolicy policy, PasswordVerification passwords, RegistrationThrottle throttle,
    Refusals refusals, AuthMeter meter, TimeProvider time)
{
    public async Task<RegistrationResult> RegisterAsync(NewAccount account, Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(caller);
        var email = account.Email.Trim();
        var (firstName, lastName) = (PersonName.Clean(account.FirstName), PersonName.Clean(account.LastName));
        var problems = Problems(email, firstName, lastName).ToList();
        var passwordProblems = policy.Judge(account.Password, email);
        if (problems.Count > 0 || passwordProblems.Count > 0) return new RegistrationResult.Refused(problems, passwordProblems);

        // Every answer below tells whether the address has an account: each one counts, also "taken".
        if (throttle.Take(caller.Address) is { } wait)
        {
            meter.RateLimited("registration");
            refusals.Record(RefusalKinds.RegistrationThrottled, caller);
            return new RegistrationResult.TooManyTries(wait);
        }

        if (await passwords.HashAsync(account.Password, cancellationToken) is not { } hash) return new RegistrationResult.Busy(PasswordHashingGate.RetryAfter);

        var now = time.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(now), Email = email, PasswordHash = hash, FirstName = firstName, LastName = lastName };
        // The account and its record are saved together by the store.
        AuditTrail.Record(db, now.UtcDateTime, AuditKinds.UserCreated, caller, user.Id, user.Id, detail: "signed up");
        var result = await users.CreateAsync(user);
        if (result.Succeeded) return new RegistrationResult.Created(user);
        if (result.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.DuplicateEmail))) return new RegistrationResult.EmailTaken();
        throw new InvalidOperationException("The account was refused: " + string.Join(' ', result.Errors.Select(e => e.Code)));
    }

    private static IEnumerable<RegistrationProblem> Problems(string email, string? firstName, string? lastName)
    {
        if (email.Length == 0) yield return RegistrationProblem.EmailMissing;
        else if (!EmailAddress.IsValid(email)) yield return RegistrationProblem.EmailInvalid;
        if (firstName?.Length > PersonName.MaxLength) yield return RegistrationProblem.FirstNameTooLong;
        if (lastName?.Length > PersonName.MaxLength) yield return RegistrationProblem.LastNameTooLong;
    }
}
