using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Registration;

internal enum Insertion
{
    Done,
    EmailTaken,

    /// <summary>A request with the same idempotency key has been carried out.</summary>
    Repeated,
}

/// <summary>
/// Writes a new account with its roles, its record and its idempotency key, all or nothing; in the caller's transaction if there is one.
/// </summary>
public sealed class AccountInsertion(AuthDbContext db, UserManager<User> users, IdempotencyKeys keys)
{
    internal async Task<Insertion> InsertAsync(User user, IReadOnlyCollection<Guid> roles, AuditEvent record, RepeatableRequest? request)
    {
        // A caller who goes away must not leave it half done: the transaction decides, not the connection.
        var stop = CancellationToken.None;
        await using var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(stop) : null;
        if (request is not null && !await keys.TryClaimAsync(request, StatusCodes.Status201Created, UserAddress.Of(user.Id), stop))
        {
            return Insertion.Repeated;
        }

        db.UserRoles.AddRange(roles.Select(id => new IdentityUserRole<Guid> { UserId = user.Id, RoleId = id }));
        db.AuditEvents.Add(record);
        // Account, roles and record are saved together by the store.
        var result = await users.CreateAsync(user);
        if (result.Succeeded)
        {
            if (own is not null) await own.CommitAsync(stop);
            return Insertion.Done;
        }

        if (result.Errors.Any(e => e.Code == nameof(IdentityErrorDescriber.DuplicateEmail))) return Insertion.EmailTaken;
        throw new InvalidOperationException("The account was refused: " + string.Join(' ', result.Errors.Select(e => e.Code)));
    }
}
