using AuthServer.Data;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>The roles that an account can hold: those that exist, and <c>admin</c>, which comes to exist with its first holder.</summary>
public sealed class UserRoles(AuthDbContext db, TimeProvider time)
{
    public const string Admin = "admin";

    /// <returns>The ids of the roles, and the first name that is none.</returns>
    internal async Task<(IReadOnlyCollection<Guid> Ids, string? Unknown)> ResolveAsync(
        IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0) return ([], null);
        var wanted = names.Select(EmailKey.Of).ToHashSet(StringComparer.Ordinal);
        if (wanted.Contains(Admin)) await EnsureAdminAsync(cancellationToken);
        var found = await db.Roles.Where(r => wanted.Contains(r.NormalizedName!)).Select(r => new { r.Id, r.NormalizedName })
            .ToListAsync(cancellationToken);
        var known = found.Select(r => r.NormalizedName).ToHashSet(StringComparer.Ordinal);
        return (found.ConvertAll(r => r.Id), names.FirstOrDefault(n => !known.Contains(EmailKey.Of(n))));
    }

    internal static bool HasAdmin(IEnumerable<string> names) => names.Any(n => EmailKey.Of(n) == Admin);

    /// <summary>Whether the actor may manage accounts now, and still at the end of the caller's transaction.</summary>
    /// <remarks>A service account's right is its registration, which was asked at the beginning of the call.</remarks>
    internal async ValueTask<bool> HoldRightAsync(AccountActor actor, CancellationToken cancellationToken) =>
        actor is not AccountActor.Person person || await HoldAdminAsync(person.UserId, cancellationToken);

    /// <summary>Whether the person is an enabled admin now, and stays one until the caller's transaction ends.</summary>
    /// <remarks>Two admins who take each other's role at the same moment would otherwise leave none.</remarks>
    private async Task<bool> HoldAdminAsync(Guid userId, CancellationToken cancellationToken)
    {
        // Its own statement: PostgreSQL judges a subquery by the moment before it waited. SQLite has one writer at a time.
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM users WHERE id = {userId} FOR SHARE", cancellationToken);
        }
        return await IsAdminAsync(userId, cancellationToken);
    }

    /// <summary>Whether the person is an enabled admin at this moment.</summary>
    internal Task<bool> IsAdminAsync(Guid userId, CancellationToken cancellationToken) => db.Users.AnyAsync(
        u => u.Id == userId && u.DisabledAt == null
            && db.UserRoles.Any(r => r.UserId == u.Id && db.Roles.Any(role => role.Id == r.RoleId && role.NormalizedName == Admin)),
        cancellationToken);

    private async Task EnsureAdminAsync(CancellationToken cancellationToken)
    {
        if (await db.Roles.AnyAsync(r => r.NormalizedName == Admin, cancellationToken)) return;
        var (id, stamp) = (Guid.CreateVersion7(time.GetUtcNow()), Guid.CreateVersion7().ToString());
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO roles (id, name, normalized_name, concurrency_stamp) VALUES ({id}, {Admin}, {Admin}, {stamp})
             ON CONFLICT (normalized_name) DO NOTHING
             """,
            cancellationToken);
    }
}
