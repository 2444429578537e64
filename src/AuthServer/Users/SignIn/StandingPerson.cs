using AuthServer.Data;
using AuthServer.Data.Entities;

namespace AuthServer.Users.SignIn;

/// <summary>Whether a person may still act, asked by the statement that writes.</summary>
internal static class StandingPerson
{
    /// <summary>The account as long as the session stands through which its person acts.</summary>
    /// <remarks>
    /// A request reads its session before its body has come. Meanwhile the session may have ended: somebody else has proven the mailbox, or
    /// the password has changed. On PostgreSQL an UPDATE that waits for the other writer compares the stamp of the row that it finds then.
    /// </remarks>
    public static IQueryable<User> OfSession(this IQueryable<User> users, AuthDbContext db, Guid session) => users.Where(
        u => u.DisabledAt == null && db.Sessions.Any(s => s.Id == session && s.UserId == u.Id && s.SecurityStamp == u.SecurityStamp));
}
