using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Sessions;
using AuthServer.Ui.Emails;
using AuthServer.Users.Notices;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.Upstream;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>
/// Gives an account back to whoever reads its mailbox, after somebody else may have been in it: every session ends, the ways in that were
/// added meanwhile go, with what was allowed to apps, and a new password is chosen next.
/// </summary>
public sealed class AccountReturn(
    AuthDbContext db, SqlRunner sql, ProofIssue proofs, SessionEnding ending, SecondFactorChanges factors, UpstreamLinks links,
    WayInNotice notice, TimeProvider time)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>In the caller's transaction, which has given the account another security stamp and no password.</summary>
    /// <param name="email">The address of the account from now on.</param>
    /// <param name="since">What was added from then on goes.</param>
    /// <returns>The proof with which the new password is chosen.</returns>
    internal async Task<IssuedProof> AddAsync(Guid user, string email, string stamp, DateTime since, EndReason reason, Caller caller)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var passkeys = await db.Passkeys.Where(p => p.UserId == user && p.CreatedAt >= since).ExecuteDeleteAsync(Stop);
        if (passkeys > 0)
        {
            AuditTrail.Record(db, now, AuditKinds.PasskeyRemoved, caller, user, user, detail: $"{SessionEnding.Word(reason)}: {passkeys}");
            await notice.AddAsync(user, WayInChange.PasskeysRemoved);
        }

        await links.RemoveAsync(user, since, SessionEnding.Word(reason), caller);
        var connection = sql.Within(db);
        if (await AuthenticatorApps.IsAddedSinceAsync(connection, user, since))
        {
            await factors.RemoveAsync(user, static _ => { }, user, caller);
        }
        else
        {
            await RecoveryCodes.RemoveSinceAsync(connection, user, since);
        }

        var subject = user.ToString();
        await db.Authorizations.Where(a => a.Subject == subject && a.CreationDate >= since).ExecuteDeleteAsync(Stop);
        await ending.EndAllOfUserAsync(user, reason, except: null, user, caller, Stop);
        return proofs.Add(ProofPurpose.PasswordReset, new User { Id = user, SecurityStamp = stamp }, email);
    }
}
