using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>What is to change; null leaves a member as it is, and an empty name removes it.</summary>
public sealed record AccountChange
{
    public string? Email { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Password { get; init; }

    /// <summary>Proof that the person is there, when they change their own e-mail address or password.</summary>
    public string? CurrentPassword { get; init; }

    public bool? EmailVerified { get; init; }

    public bool? Disabled { get; init; }

    public IReadOnlyCollection<string>? Roles { get; init; }

    /// <summary>The user's profile after the change. What is not changed stays as it is stored, whatever the rules are today.</summary>
    internal AccountProfile ProfileOf(User user) => new(
        Email is null || Email == user.Email ? user.Email! : Email.Trim(),
        FirstName is null || FirstName == user.FirstName ? user.FirstName : PersonName.Clean(FirstName),
        LastName is null || LastName == user.LastName ? user.LastName : PersonName.Clean(LastName));
}

/// <summary>E-mail address and names as they are to be.</summary>
internal sealed record AccountProfile(string Email, string? FirstName, string? LastName);

/// <summary>
/// Changes an account: judges what is asked, then lets <see cref="UserWrite"/> write it if the account has not changed meanwhile.
/// </summary>
public sealed class UserChanges(
    AuthDbContext db, OwnershipProof proof, PasswordPolicy policy, PasswordVerification passwords, RegistrationThrottle throttle,
    UserRoles roles, UserWrite write, EmailChange email, ConfirmationRules rules, TimeProvider time)
{
    /// <param name="matches">Whether the version is one that the caller has seen.</param>
    public async Task<ChangeResult> ChangeAsync(
        Guid id, Func<long, bool> matches, AccountChange change, AccountActor actor, CancellationToken cancellationToken)
    {
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken);
        if (user is null) return new ChangeResult.NotFound();
        if (!matches(user.Version)) return new ChangeResult.Stale();

        var profile = change.ProfileOf(user);
        var errors = AccountRules.Describe(
            AccountRules.Problems(profile.Email == user.Email ? null : profile.Email, profile.FirstName, profile.LastName),
            change.Password is null ? [] : policy.Judge(change.Password, new(profile.Email, profile.FirstName, profile.LastName)));
        var (roleIds, unknown) = change.Roles is null ? (null, null) : await roles.ResolveAsync(change.Roles, cancellationToken);
        if (unknown is not null) errors["roles"] = [AccountRules.UnknownRole(unknown)];
        if (errors.Count > 0) return new ChangeResult.Refused(errors);

        if (await JudgeAsync(user, profile, change, roleIds, actor, cancellationToken) is { } refusal) return refusal;
        string? hash = null;
        if (change.Password is not null && (hash = await passwords.HashAsync(change.Password, cancellationToken)) is null)
        {
            return new ChangeResult.Busy(PasswordHashingGate.RetryAfter);
        }

        if (!Waits(user, profile, actor)) return await write.ApplyAsync(user, profile, change, hash, roleIds, actor);
        var (refused, owner) = await email.CheckAsync(user, profile.Email, actor.Caller, cancellationToken);
        if (refused is not null)
        {
            return refused is MailAsk.TooMany(var wait) ? new ChangeResult.TooManyTries(wait) : new ChangeResult.EmailTaken();
        }

        var written = await write.ApplyAsync(user, profile with { Email = user.Email! }, change, hash, roleIds, actor);
        return written is ChangeResult.Changed(var view, _)
            ? new ChangeResult.Changed(view, await email.SendAsync(user.Id, profile.Email, owner))
            : written;
    }

    /// <summary>
    /// Whether a new address waits for the proof of its mailbox: a person's own does, one that an admin chooses for another does not.
    /// </summary>
    private bool Waits(User user, AccountProfile profile, AccountActor actor) =>
        rules.ChangesAreProven && profile.Email != user.Email && (!actor.AsAdmin || user.Id == actor.PersonId);

    private async Task<ChangeResult?> JudgeAsync(
        User user, AccountProfile profile, AccountChange change, IReadOnlyCollection<Guid>? roleIds, AccountActor actor,
        CancellationToken cancellationToken)
    {
        if (actor is AccountActor.Person person && user.Id == person.UserId)
        {
            if (change.Disabled == true) return new ChangeResult.OwnAccount("disable your own account");
            if (change.Roles is { } names && !UserRoles.HasAdmin(names))
            {
                return new ChangeResult.OwnAccount("take the admin role from yourself");
            }
            // Another address, and a password without the one before, are other ways in: not for whoever has the weaker one alone.
            if (person.OwesFactor && (profile.Email != user.Email || change is { Password: not null, CurrentPassword: null }))
            {
                return new ChangeResult.StepUpRequired(WithFactor: true);
            }
            if ((profile.Email != user.Email || change.Password is not null)
                && await proof.CheckAsync(user, change.CurrentPassword, person, cancellationToken) is { } missing) return missing;
        }

        if (AdminProof.Missing(actor, time) is { } stepUp && actor.AsAdmin
            && await ChangesWaysInAsync(user, profile, change, roleIds, actor, cancellationToken)) return stepUp;

        // The answer will tell whether the address has an account.
        return !actor.AsAdmin && EmailKey.Of(profile.Email) != user.NormalizedEmail
            && await throttle.TakeAsync(actor.Caller.Address) is { } wait
            ? new ChangeResult.TooManyTries(wait)
            : null;
    }

    /// <summary>Whether the change decides who gets into the account, or what they may do; their own is judged above.</summary>
    private async Task<bool> ChangesWaysInAsync(
        User user, AccountProfile profile, AccountChange change, IReadOnlyCollection<Guid>? roleIds, AccountActor actor,
        CancellationToken cancellationToken)
    {
        if (user.Id != actor.PersonId && (profile.Email != user.Email || change.Password is not null)) return true;
        if (change.EmailVerified is { } verified && verified != user.EmailConfirmed) return true;
        // To disable an account that its person has closed takes their choice to keep it.
        if (UserWrite.IsDisabledBy(change, user) || (change.Disabled == false && user.DisabledAt is not null)) return true;
        if (roleIds is null) return false;
        var held = await db.UserRoles.Where(r => r.UserId == user.Id).Select(r => r.RoleId).ToListAsync(cancellationToken);
        return !held.ToHashSet().SetEquals(roleIds);
    }
}
