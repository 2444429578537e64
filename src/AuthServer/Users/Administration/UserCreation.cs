using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Users.Passwords;
using AuthServer.Users.Passwords.Foreign;
using AuthServer.Users.Profile;
using AuthServer.Users.Registration;

namespace AuthServer.Users.Administration;

/// <summary>An account as an admin describes it.</summary>
public sealed record AccountDraft(
    string Email, string? Password, string? FirstName, string? LastName, bool EmailVerified, bool Disabled,
    IReadOnlyCollection<string> Roles)
{
    /// <summary>Instead of a password: its hash by this or another system.</summary>
    public string? PasswordHash { get; init; }
}

/// <summary>What became of an account that an admin wanted to make.</summary>
public abstract record CreationResult
{
    private CreationResult()
    {
    }

    public sealed record Created(Guid Id) : CreationResult;

    /// <summary>The same request was carried out before; <see cref="IdempotencyKeys"/> has its answer.</summary>
    public sealed record Repeated : CreationResult;

    /// <summary>The admin must prove again who they are, because the account gets roles.</summary>
    public sealed record StepUpRequired(bool WithFactor) : CreationResult;

    public sealed record EmailTaken : CreationResult;

    /// <summary>Everything that is wrong, by member.</summary>
    public sealed record Refused(IReadOnlyDictionary<string, string[]> Errors) : CreationResult;

    public sealed record Busy(TimeSpan RetryAfter) : CreationResult;
}

/// <summary>Makes accounts for admins and service accounts.</summary>
public sealed class UserCreation(
    AccountInsertion accounts, PasswordPolicy policy, PasswordVerification passwords, UserRoles roles, TimeProvider time)
{
    public async Task<CreationResult> CreateAsync(
        AccountDraft draft, AccountActor actor, RepeatableRequest? request, CancellationToken cancellationToken)
    {
        // An admin that is made by a stolen token would be one that nobody has to steal again, and apps trust an address that is verified.
        if ((draft.Roles.Count > 0 || draft.EmailVerified) && AdminProof.Missing(actor, time) is { } missing)
        {
            return new CreationResult.StepUpRequired(missing.WithFactor);
        }

        var email = draft.Email.Trim();
        var (firstName, lastName) = (PersonName.Clean(draft.FirstName), PersonName.Clean(draft.LastName));
        var errors = AccountRules.Describe(
            AccountRules.Problems(email, firstName, lastName), draft.Password is null
                ? []
                : policy.Judge(draft.Password, new(email, firstName, lastName)));
        var (roleIds, unknown) = await roles.ResolveAsync(draft.Roles, cancellationToken);
        if (unknown is not null) errors["roles"] = [AccountRules.UnknownRole(unknown)];
        var hash = ReadHash(draft, errors);
        if (errors.Count > 0) return new CreationResult.Refused(errors);

        if (draft.Password is not null && (hash = await passwords.HashAsync(draft.Password, cancellationToken)) is null)
        {
            return new CreationResult.Busy(PasswordHashingGate.RetryAfter);
        }

        var now = time.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            Email = email,
            PasswordHash = hash,
            FirstName = firstName,
            LastName = lastName,
            EmailConfirmed = draft.EmailVerified,
            DisabledAt = draft.Disabled ? now.UtcDateTime : null,
        };
        var record = AuditTrail.Describe(
            now.UtcDateTime, AuditKinds.UserCreated, actor.Caller, actor.PersonId, user.Id, actor.ClientId, actor.PersonSession,
            actor is AccountActor.ServiceAccount ? "by a service account" : "by an admin");
        return await accounts.InsertAsync(user, roleIds, record, request) switch
        {
            Insertion.Done => new CreationResult.Created(user.Id),
            Insertion.EmailTaken => new CreationResult.EmailTaken(),
            _ => new CreationResult.Repeated(),
        };
    }

    private static string? ReadHash(AccountDraft draft, Dictionary<string, string[]> errors)
    {
        if (draft.PasswordHash is not { } text) return null;
        if (draft.Password is not null)
        {
            errors["password_hash"] = ["A password hash must not stand beside a password."];
            return null;
        }

        var reading = ForeignHashes.Read(text);
        if (reading is HashReading.Refused(var fault)) errors["password_hash"] = [$"The password hash {fault}."];
        return (reading as HashReading.Accepted)?.Hash.Text;
    }
}
