using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Identity;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Notices;
using AuthServer.Users.Profile;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>Writes a judged change: profile, password, roles, the sessions that end, and their records, in one transaction.</summary>
public sealed class UserWrite(
    AuthDbContext db, UserDirectory directory, UserRoles roles, SecondFactorRequirement secondFactor, SessionEnding ending,
    EmailChange email, ClosingNotice closing, Outbox outbox, IssuerOptions issuer, TimeProvider time)
{
    // A caller who goes away must not leave a change half done: the transaction decides, not the connection.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <param name="seen">The user as the change was judged on; one whose version has moved since stays as it is.</param>
    internal async Task<ChangeResult> ApplyAsync(
        User seen, AccountProfile profile, AccountChange change, string? newHash, IReadOnlyCollection<Guid>? roleIds, AccountActor actor)
    {
        var isOwn = seen.Id == actor.PersonId;
        // What is open with a password alone ends when the person gets rights that want more.
        var needsFactor = change.Roles is { } names && UserRoles.HasAdmin(names)
            && await secondFactor.IsMissedByNewAdminAsync(seen, Stop);
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        if (actor.AsAdmin && !isOwn && !await roles.HoldRightAsync(actor, Stop)) return new ChangeResult.NoLongerAdmin();

        var now = time.GetUtcNow().UtcDateTime;
        var disabledNow = IsDisabledBy(change, seen);
        // A session that opens while this runs carries the former stamp: it never stands, also when the account is enabled again.
        var newStamp = newHash is not null || disabledNow || needsFactor ? UserStamps.NewSecurityStamp() : null;
        try
        {
            var ownSession = isOwn ? actor.PersonSession : null;
            if (!await SwapAsync(seen, profile, change, newHash, newStamp, ownSession, now)) return new ChangeResult.Stale();
        }
        catch (Exception exception) when (UniqueEmail.IsViolatedBy(exception))
        {
            return new ChangeResult.EmailTaken();
        }

        var rolesChanged = roleIds is not null && await ReplaceRolesAsync(seen.Id, roleIds);
        Record(seen, profile, change, newHash, rolesChanged, actor, now);
        if (newHash is not null)
        {
            outbox.Add(db, new PasswordChangedLetter(
                seen.Email!, StandardClaims.LocaleOf(seen), seen.Id, now, ByAdmin: !isOwn,
                issuer.IssuerText + PagePaths.AccountSecurity));
        }

        // Another spelling of the same address is the same mailbox.
        var isMoved = EmailKey.Of(profile.Email) != EmailKey.Of(seen.Email!);
        if (isMoved)
        {
            // An admin may move an account away from a mailbox that is in wrong hands: the former address learns of it, and has no way
            // back. A person's own change comes here only on a server without mail.
            email.TellFormer(seen, profile.Email, mayUndo: false);
            await db.Proofs.Where(p => !isOwn && p.UserId == seen.Id && p.UsedAt == null)
                .ExecuteUpdateAsync(set => set.SetProperty(p => p.UsedAt, now), Stop);
        }

        var isKept = seen.DeleteAfter is not null && change.Disabled == false;
        if (isKept) await closing.AddKeptAsync(seen.Id);
        await db.SaveChangesAsync(Stop);
        if (disabledNow)
        {
            await ending.EndAllOfUserAsync(seen.Id, EndReason.AccountDisabled, except: null, actor.PersonId, actor.Caller, Stop);
        }
        else if (newHash is not null)
        {
            await ending.EndAllOfUserAsync(
                seen.Id, EndReason.PasswordChanged, isOwn ? actor.PersonSession : null, actor.PersonId, actor.Caller, Stop);
            if (isOwn)
            {
                await db.Sessions.Where(s => s.Id == actor.PersonSession)
                    .ExecuteUpdateAsync(s => s.SetProperty(x => x.SecurityStamp, newStamp), Stop);
            }
        }
        else if (needsFactor)
        {
            await ending.EndAllOfUserAsync(seen.Id, EndReason.SecondFactorNeeded, except: null, actor.PersonId, actor.Caller, Stop);
        }

        var view = await directory.FindAsync(seen.Id, Stop);
        await transaction.CommitAsync(Stop);
        if (newHash is not null || isMoved || isKept) outbox.Wake();
        return new ChangeResult.Changed(view!);
    }

    /// <summary>The compare-and-swap: of several changes that saw one version, one is written.</summary>
    /// <param name="ownSession">Of the person who changes their own account: it must stand still.</param>
    private async Task<bool> SwapAsync(
        User seen, AccountProfile profile, AccountChange change, string? newHash, string? newStamp, Guid? ownSession, DateTime now)
    {
        var key = EmailKey.Of(profile.Email);
        var emailChanged = profile.Email != seen.Email;
        // Another spelling of the same address is the same mailbox.
        var verified = change.EmailVerified ?? (seen.EmailConfirmed && key == EmailKey.Of(seen.Email!));
        var disabledAt = change.Disabled == false ? null : IsDisabledBy(change, seen) ? now : seen.DisabledAt;
        var row = db.Users.Where(u => u.Id == seen.Id && u.Version == seen.Version);
        var moved = await (ownSession is { } session ? row.OfSession(db, session) : row).ExecuteUpdateAsync(
            set =>
            {
                set.SetProperty(u => u.Email, profile.Email).SetProperty(u => u.NormalizedEmail, key)
                    .SetProperty(u => u.EmailConfirmed, verified)
                    .SetProperty(u => u.FirstName, profile.FirstName).SetProperty(u => u.LastName, profile.LastName)
                    .SetProperty(u => u.DisabledAt, disabledAt).NextVersion(now);
                // Left alone otherwise: a sign-in renews a hash without moving the version.
                if (newHash is not null) set.SetProperty(u => u.PasswordHash, newHash);
                // An admin who enables an account keeps it too.
                if (disabledAt is null) set.SetProperty(u => u.DeleteAfter, (DateTime?)null);
                if (newStamp is not null) set.SetProperty(u => u.SecurityStamp, newStamp);
            },
            Stop);
        if (moved == 1 && emailChanged && key == seen.NormalizedEmail) await StoredKey.KeepAsync(db, seen.Id, profile.Email, Stop);
        return moved == 1;
    }

    // An account that its person has closed is closed by the admin too: its person cannot keep it then.
    internal static bool IsDisabledBy(AccountChange change, User seen) =>
        change.Disabled == true && (seen.DisabledAt is null || seen.MayBeKept);

    private async Task<bool> ReplaceRolesAsync(Guid userId, IReadOnlyCollection<Guid> wanted)
    {
        var held = await db.UserRoles.Where(r => r.UserId == userId).ToListAsync(Stop);
        var lost = held.Where(r => !wanted.Contains(r.RoleId)).ToList();
        var gained = wanted.Except(held.Select(r => r.RoleId)).ToList();
        db.UserRoles.RemoveRange(lost);
        db.UserRoles.AddRange(gained.Select(id => new IdentityUserRole<Guid> { UserId = userId, RoleId = id }));
        return lost.Count + gained.Count > 0;
    }

    // The names of what changed, never the values.
    private void Record(
        User seen, AccountProfile profile, AccountChange change, string? newHash, bool rolesChanged, AccountActor actor, DateTime now)
    {
        var members = new List<string>();
        if (profile.Email != seen.Email) members.Add(AuditDetails.Email);
        if (change.EmailVerified is { } verified && verified != seen.EmailConfirmed)
        {
            members.Add(verified ? AuditDetails.EmailVerified : AuditDetails.EmailUnverified);
        }

        if (profile.FirstName != seen.FirstName) members.Add("first_name");
        if (profile.LastName != seen.LastName) members.Add("last_name");
        if (members.Count > 0) Add(AuditKinds.UserUpdated, string.Join(' ', members));
        if (newHash is not null) Add(AuditKinds.UserPasswordChanged, "password");
        if (rolesChanged) Add(AuditKinds.UserRolesChanged, "roles");
        if (IsDisabledBy(change, seen)) Add(AuditKinds.UserDisabled, "disabled");
        else if (change.Disabled == false && seen.DisabledAt is not null) Add(AuditKinds.UserEnabled, "disabled");

        void Add(string kind, string detail) =>
            AuditTrail.Record(db, now, kind, actor.Caller, actor.PersonId, seen.Id, actor.ClientId, actor.PersonSession, detail);
    }
}
