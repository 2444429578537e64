using AuthServer.Data;
using AuthServer.Users.Passkeys;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>
/// Takes away what opens an account beside its password, when somebody shows for the first time that its mailbox is theirs: until then
/// anybody may have made the account with that address, kept a key for later, and allowed an app of theirs everything. A second factor
/// stays, because it opens nothing alone.
/// </summary>
public sealed class UnprovenAccess(AuthDbContext db)
{
    /// <summary>In the caller's transaction, which gives the account another security stamp before.</summary>
    /// <returns>Whether there was another way in than the password.</returns>
    internal async Task<bool> RemoveAsync(Guid user)
    {
        var subject = user.ToString();
        // Codes first, as at the withdrawal of one app.
        await db.Tokens.Where(t => t.Subject == subject).ExecuteDeleteAsync(CancellationToken.None);
        await db.Authorizations.Where(a => a.Subject == subject).ExecuteDeleteAsync(CancellationToken.None);
        var passkeys = await db.Passkeys.Where(p => p.UserId == user).ExecuteDeleteAsync(CancellationToken.None);
        // Codes that came with them would stand beside a passkey of the owner.
        if (passkeys > 0) await UselessCodes.RemoveAsync(db, user, CancellationToken.None);
        var connections = await db.UserLogins.Where(l => l.UserId == user).ExecuteDeleteAsync(CancellationToken.None);
        return passkeys + connections > 0;
    }
}
