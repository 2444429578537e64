using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users;

/// <summary>Finds the account of an e-mail address as people type it.</summary>
public sealed class AccountLookup(AuthDbContext db)
{
    /// <summary>One statement; the user is not tracked.</summary>
    public async Task<User?> FindAsync(string email, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(email);
        var key = EmailKey.Of(email);
        var other = EmailKey.OfSqlClient(email);
        // PostgreSQL takes no text with U+0000, so no account has one.
        if (key.Contains('\0', StringComparison.Ordinal)) return null;
        if (key == other) return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedEmail == key, cancellationToken);

        // A row that another SQL client wrote has a simpler key for domains beyond ASCII. Ours comes first.
        var found = await db.Users.AsNoTracking().Where(u => u.NormalizedEmail == key || u.NormalizedEmail == other).ToListAsync(cancellationToken);
        return found.Find(u => u.NormalizedEmail == key) ?? found.FirstOrDefault();
    }
}
