using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Users.Administration;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.MyAccount;

/// <summary>Whether an account has a password, and since when the one of today.</summary>
/// <param name="ChangedAt">UTC; null where the audit trail does not know of a change.</param>
public sealed record PasswordState(bool Exists, DateTime? ChangedAt);

/// <summary>The password of the person who is signed in.</summary>
public sealed class OwnPassword(AuthDbContext db, UserChanges changes)
{
    /// <summary>In one statement; null when the account is gone.</summary>
    public Task<PasswordState?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        db.Users.Where(u => u.Id == userId).Select(u => new PasswordState(
            u.PasswordHash != User.NoPassword,
            db.AuditEvents
                .Where(e => e.SubjectId == userId
                    && (e.Kind == AuditKinds.UserPasswordChanged || e.Kind == AuditKinds.UserPasswordReset))
                .Max(e => (DateTime?)e.OccurredAt)))
            .FirstOrDefaultAsync(cancellationToken);

    /// <summary>Sets a new password; every other session of the person ends.</summary>
    /// <param name="current">Null: a recent sign-in is the proof.</param>
    public Task<ChangeResult> ChangeAsync(
        AccountActor.Person person, string? current, string password, CancellationToken cancellationToken) =>
        changes.ChangeAsync(
            person.UserId, static _ => true, new AccountChange { Password = password, CurrentPassword = current }, person,
            cancellationToken);
}
