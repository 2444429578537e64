using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passkeys;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Identity;

/// <summary>ASP.NET Core Identity on our table: the e-mail key is the only name, and throttling stands in for lockout.</summary>
public sealed class AccountStore(
    AuthDbContext db, UserTokenSealing sealing, TimeProvider time, IdentityErrorDescriber? describer = null)
    : UserStore<User, IdentityRole<Guid>, AuthDbContext, Guid>(db, describer)
{
    public override async Task<IdentityResult> CreateAsync(User user, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        if (user.Id == Guid.Empty) user.Id = Guid.CreateVersion7(now);
        user.PasswordHash ??= User.NoPassword;
        user.CreatedAt ??= now.UtcDateTime;
        user.UpdatedAt ??= now.UtcDateTime;
        return await UniqueAsync(user, () => base.CreateAsync(user, cancellationToken));
    }

    public override Task<IdentityResult> UpdateAsync(User user, CancellationToken cancellationToken = default)
    {
        user.PasswordHash ??= User.NoPassword;
        user.UpdatedAt = time.GetUtcNow().UtcDateTime;
        return UniqueAsync(user, () => base.UpdateAsync(user, cancellationToken));
    }

    public override Task<User?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken = default) =>
        FindByEmailAsync(normalizedUserName, cancellationToken);

    public override Task<User?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken = default) =>
        Users.SingleOrDefaultAsync(u => u.NormalizedEmail == normalizedEmail, cancellationToken);

    public override Task<string?> GetUserNameAsync(User user, CancellationToken cancellationToken = default)
    {
        return Task.FromResult(user.Email);
    }

    public override Task SetUserNameAsync(User user, string? userName, CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task SetNormalizedUserNameAsync(User user, string? normalizedName, CancellationToken cancellationToken = default) =>
        Task.CompletedTask;

    public override Task<bool> HasPasswordAsync(User user, CancellationToken cancellationToken = default)
    {
        return Task.FromResult(user.PasswordHash is not (null or User.NoPassword));
    }

    public override Task SetPasswordHashAsync(User user, string? passwordHash, CancellationToken cancellationToken = default) =>
        base.SetPasswordHashAsync(user, passwordHash ?? User.NoPassword, cancellationToken);

    public override Task<bool> GetLockoutEnabledAsync(User user, CancellationToken cancellationToken = default) => Task.FromResult(false);

    public override Task SetLockoutEnabledAsync(User user, bool enabled, CancellationToken cancellationToken = default) =>
        Task.CompletedTask;

    // Identity keeps the secrets of authenticator apps and recovery codes by these two as well.
    public override Task SetTokenAsync(
        User user, string loginProvider, string name, string? value, CancellationToken cancellationToken) =>
        base.SetTokenAsync(
            user, loginProvider, name, value is null ? null : sealing.Seal(user.Id, loginProvider, name, value), cancellationToken);

    public override async Task<string?> GetTokenAsync(
        User user, string loginProvider, string name, CancellationToken cancellationToken) =>
        await base.GetTokenAsync(user, loginProvider, name, cancellationToken) is { } box
            ? sealing.Open(user.Id, loginProvider, name, box) : null;

    public override async Task<User?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        await Context.Users.SingleOrDefaultAsync(
            u => Context.Passkeys.Any(p => p.CredentialId == credentialId && p.UserId == u.Id), cancellationToken);

    public override async Task<UserPasskeyInfo?> FindPasskeyAsync(User user, byte[] credentialId, CancellationToken cancellationToken) =>
        await Context.Passkeys.AsNoTracking()
            .SingleOrDefaultAsync(p => p.CredentialId == credentialId && p.UserId == user.Id, cancellationToken) is { } row
            ? PasskeyRows.ToIdentity(row) : null;

    public override async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(User user, CancellationToken cancellationToken) =>
        [.. (await Context.Passkeys.AsNoTracking().Where(p => p.UserId == user.Id).ToListAsync(cancellationToken))
            .Select(PasskeyRows.ToIdentity)];

    // The unique index is the judge: a check before the insert would let two sign-ups at the same moment both pass it.
    private async Task<IdentityResult> UniqueAsync(User user, Func<Task<IdentityResult>> write)
    {
        try
        {
            return await write();
        }
        catch (DbUpdateException exception) when (UniqueEmail.IsViolatedBy(exception))
        {
            // What failed stays out of the next save of this scope.
            Context.ChangeTracker.Clear();
            return IdentityResult.Failed(ErrorDescriber.DuplicateEmail(user.Email ?? ""));
        }
    }
}
