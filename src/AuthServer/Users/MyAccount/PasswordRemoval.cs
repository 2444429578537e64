using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Users.Administration;
using AuthServer.Users.Identity;
using AuthServer.Users.Profile;
using AuthServer.Users.Providers;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.MyAccount;

public enum PasswordRemovalResult
{
    Removed,

    /// <summary>The account would be closed to its person with the next device that is lost.</summary>
    TooFewWays,

    /// <summary>There is no password, or no account any more.</summary>
    NotThere,
}

/// <summary>Removes the password of a person who signs in with passkeys.</summary>
public sealed class PasswordRemoval(
    AuthDbContext db, AccountWaysIn waysIn, Outbox outbox, SessionEnding ending, IssuerOptions issuer, TimeProvider time)
{
    // The transaction decides, not the connection of a caller who goes away.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Every other session of the person ends, as with a new password.</summary>
    public async Task<PasswordRemovalResult> RemoveAsync(AccountActor.Person person)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        var (now, stamp) = (time.GetUtcNow().UtcDateTime, UserStamps.NewSecurityStamp());
        // The row of the account first: the removal of a passkey waits for it, and sees that there is no password any more.
        var moved = await db.Users
            .Where(u => u.Id == person.UserId && u.PasswordHash != User.NoPassword).OfSession(db, person.SessionId)
            .ExecuteUpdateAsync(
                set => set.SetProperty(u => u.PasswordHash, User.NoPassword).SetProperty(u => u.SecurityStamp, stamp)
                    .NextVersion(now),
                Stop);
        if (moved == 0) return PasswordRemovalResult.NotThere;
        if (!(await waysIn.FindAsync(person.UserId, Stop)).SufficeWithoutPassword) return PasswordRemovalResult.TooFewWays;

        var user = await db.Users.AsNoTracking().FirstAsync(u => u.Id == person.UserId, Stop);
        AuditTrail.Record(
            db, now, AuditKinds.UserPasswordRemoved, person.Caller, user.Id, user.Id, person.ClientId, person.SessionId);
        outbox.Add(db, new PasswordRemovedLetter(
            user.Email!, StandardClaims.LocaleOf(user), user.Id, now, issuer.IssuerText + PagePaths.AccountSecurity));
        await db.SaveChangesAsync(Stop);
        await ending.EndAllOfUserAsync(
            user.Id, EndReason.PasswordRemoved, except: person.SessionId, user.Id, person.Caller, Stop);
        await db.Sessions.Where(s => s.Id == person.SessionId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.SecurityStamp, stamp), Stop);
        await transaction.CommitAsync(Stop);
        outbox.Wake();
        return PasswordRemovalResult.Removed;
    }
}
