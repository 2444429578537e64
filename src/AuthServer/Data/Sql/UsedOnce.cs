using System.Security.Cryptography;

namespace AuthServer.Data.Sql;

/// <summary>Notes what was accepted, so that it is accepted once: a row of <c>used_assertions</c>.</summary>
public sealed class UsedOnce(SqlRunner sql)
{
    // Of several callers at once one inserts.
    private const string UseSql = "INSERT INTO used_assertions (id, expires_at) VALUES (@id, @until) ON CONFLICT (id) DO NOTHING";

    /// <summary>
    /// How much longer the row stays: between the look at the clock and the row time passes, and the clock of the replica that purges is
    /// another one.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <param name="name">What names it among all that counts once.</param>
    /// <param name="until">From when on it is refused by its age, in UTC.</param>
    /// <returns>False when it was used before.</returns>
    public async Task<bool> TryAsync(byte[] name, DateTime until, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(name));
        return await sql.ExecuteAsync(UseSql, values => values.Add("id", id).Add("until", until + Margin), cancellationToken) == 1;
    }
}
