using System.Linq.Expressions;
using AuthServer.Data;
using AuthServer.Data.Entities;

namespace AuthServer.Users.Administration;

/// <summary>A user as the JSON API shows one: no secret, and nothing that only the protocol needs.</summary>
public sealed record UserView(
    Guid Id, string Email, bool EmailVerified, string? FirstName, string? LastName, DateTime? CreatedAt, DateTime? UpdatedAt,
    bool Disabled, DateTime? DeleteAfter, IReadOnlyList<string> Roles, long Version)
{
    /// <summary>User and roles in one statement.</summary>
    internal static Expression<Func<User, UserView>> From(AuthDbContext db) => u => new UserView(
        u.Id, u.Email!, u.EmailConfirmed, u.FirstName, u.LastName, u.CreatedAt, u.UpdatedAt, u.DisabledAt != null, u.DeleteAfter,
        (from held in db.UserRoles join role in db.Roles on held.RoleId equals role.Id
         where held.UserId == u.Id orderby role.NormalizedName select role.Name!).ToList(),
        u.Version);
}
