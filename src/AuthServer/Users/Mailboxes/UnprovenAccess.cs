using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Mailboxes;

/// <summary>
/// Takes away what opens an account beside its password, when somebody shows for the first time that its mailbox is theirs: until then anybody
/// may have made the account with that address and kept a key for later.
/// </summary>
public sealed class UnprovenAccess(AuthDbContext db, SessionEnding ending)
{
    /// <summary>In the caller's transaction, which gives the account another security stamp.</summary>
    /// <returns>Whether there was another way in than the password.</returns>
    internal async Task<bool> RemoveAsync(Guid user, Caller caller)
    {
        var passkeys = await db.Passkeys.Where(p => p.UserId == user).ExecuteDeleteAsync(CancellationToken.None);
        await ending.EndAllOfUserAsync(user, EndReason.AddressProven, except: null, user, caller, CancellationToken.None);
        return passkeys > 0;
    }
}
