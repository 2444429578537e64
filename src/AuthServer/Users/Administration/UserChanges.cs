using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using AuthServer.Users.Registration;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>The profile as it is to be, and what else is to change; null leaves the latter as it is.</summary>
public sealed record AccountChange(string Email, string? FirstName, string? LastName)
{
    public string? Password { get; init; }

    /// <summary>Proof that the person is there, when they change their own e-mail address or password.</summary>
    public string? CurrentPassword { get; init; }

    public bool? EmailVerified { get; init; }

    public bool? Disabled { get; init; }

    public IReadOnlyCollection<string>? Roles { get; init; }
}

/// <summary>
/// Changes an account: judges what is asked, then lets <see cref="UserWrite"/> write it if the account has not changed meanwhile.
/// </summary>
public sealed class UserChanges(
    AuthDbContext db, OwnershipProof proof, PasswordPolicy policy, PasswordVerification passwords, RegistrationThrottle throttle,
    UserRoles roles, UserWrite write)
{
    /// <param name="matches">Whether the version is one that the caller has seen.</param>
    public async Task<ChangeResult> ChangeAsync(
        Guid id, Func<long, bool> matches, AccountChange change, AccountActor actor, CancellationToken cancellationToken)
    {
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken);
        if (user is null) return new ChangeResult.NotFound();
        if (!matches(user.Version)) return new ChangeResult.Stale();

        change = change with { Email = change.Email.Trim(), FirstName = PersonName.Clean(change.FirstName), LastName = PersonName.Clean(
            change.LastName) };
        var errors = AccountRules.Describe(
            AccountRules.Problems(change.Email, change.FirstName, change.LastName),
            change.Password is null ? [] : policy.Judge(change.Password, new(change.Email, change.FirstName, change.LastName)));
        var (roleIds, unknown) = change.Roles is null ? (null, null) : await roles.ResolveAsync(change.Roles, cancellationToken);
        if (unknown is not null) errors["roles"] = [AccountRules.UnknownRole(unknown)];
        if (errors.Count > 0) return new ChangeResult.Refused(errors);

        if (await JudgeAsync(user, change, actor, cancellationToken) is { } refusal) return refusal;
        string? hash = null;
        if (change.Password is not null && (hash = await passwords.HashAsync(change.Password, cancellationToken)) is null)
        {
            return new ChangeResult.Busy(PasswordHashingGate.RetryAfter);
        }

        return await write.ApplyAsync(user, change, hash, roleIds, actor);
    }

    private async Task<ChangeResult?> JudgeAsync(User user, AccountChange change, AccountActor actor, CancellationToken cancellationToken)
    {
        if (actor is AccountActor.Person person && user.Id == person.UserId)
        {
            if (change.Disabled == true) return new ChangeResult.OwnAccount("disable your own account");
            if (change.Roles is { } names && !UserRoles.HasAdmin(names))
            {
                return new ChangeResult.OwnAccount("take the admin role from yourself");
            }
            if ((change.Email != user.Email || change.Password is not null)
                && await proof.CheckAsync(user, change.CurrentPassword, person, cancellationToken) is { } missing) return missing;
        }

        // The answer will tell whether the address has an account.
        return !actor.AsAdmin && EmailKey.Of(change.Email) != user.NormalizedEmail && throttle.Take(actor.Caller.Address) is { } wait
            ? new ChangeResult.TooManyTries(wait)
            : null;
    }
}
