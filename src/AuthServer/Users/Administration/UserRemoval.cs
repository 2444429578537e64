using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>Removes an account in the caller's transaction: its sessions end, then it goes with its roles, consents and codes.</summary>
public sealed class UserRemoval(AuthDbContext db, SessionEnding ending)
{
    /// <param name="version">The one to delete; null: whichever it is.</param>
    /// <param name="actor">The person who decided it; null: a service account, or the operator.</param>
    /// <returns>Null when the account has another version by now, or is gone.</returns>
    public async Task<DeletedWith?> RemoveAsync(Guid id, long? version, Guid? actor, Caller caller, CancellationToken cancellationToken)
    {
        var sessions = await ending.EndAllOfUserAsync(id, EndReason.AccountDeleted, except: null, actor, caller, cancellationToken);
        // The protocol's rows name the subject as text, without a foreign key.
        var subject = id.ToString();
        await db.Tokens.Where(t => t.Subject == subject).ExecuteDeleteAsync(cancellationToken);
        var consents = await db.Authorizations.Where(a => a.Subject == subject).ExecuteDeleteAsync(cancellationToken);
        return await db.Users.Where(u => u.Id == id && (version == null || u.Version == version)).ExecuteDeleteAsync(cancellationToken) == 0
            ? null
            : new(sessions, consents);
    }
}
