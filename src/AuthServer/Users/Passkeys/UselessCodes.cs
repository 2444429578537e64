using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Passkeys;

/// <summary>The recovery codes of an account that has neither app nor passkey any more: others come with the next one.</summary>
internal static class UselessCodes
{
    /// <summary>In the caller's transaction, after passkeys have gone.</summary>
    public static async Task RemoveAsync(AuthDbContext db, Guid user, CancellationToken cancellationToken) => await db.RecoveryCodes
        .Where(c => c.UserId == user && !db.Passkeys.Any(p => p.UserId == user) && !db.Users.Any(u => u.Id == user && u.TwoFactorEnabled))
        .ExecuteDeleteAsync(cancellationToken);
}
