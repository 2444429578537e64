using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.EmailAddresses;

/// <summary>Keeps the key of an address that was just written.</summary>
internal static class StoredKey
{
    /// <summary>
    /// PostgreSQL's trigger takes a new spelling with the former key for another client's work, and makes the simpler key: then the key is
    /// written once more.
    /// </summary>
    public static async Task KeepAsync(AuthDbContext db, Guid userId, string email, CancellationToken cancellationToken)
    {
        var key = EmailKey.Of(email);
        if (key == EmailKey.OfSqlClient(email)) return;
        await db.Users.Where(u => u.Id == userId)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.NormalizedEmail, key), cancellationToken);
    }
}
