using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>How many rows a purge has deleted.</summary>
public sealed record Purged(int Sessions, int Tokens, int Assertions);

/// <summary>Deletes what has expired, in small batches: each is one short transaction, so that sign-ins never wait for it.</summary>
/// <remarks>Several nodes may run it at once: they delete the same rows or different ones, and none twice.</remarks>
public sealed class ExpiredRows(AuthDbContext db, TimeProvider time)
{
    private const int BatchSize = 500;

    /// <summary>How long a used or expired code stays known, so that its replay still ends the session (RFC 6749 section 4.1.2).</summary>
    private static readonly TimeSpan CodeMemory = TimeSpan.FromHours(1);

    public async Task<Purged> PurgeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var forgotten = now - CodeMemory;
        var sessions = await InBatchesAsync(
            () => db.Sessions.Where(s => s.ExpiresAt <= now).OrderBy(s => s.ExpiresAt).Select(s => s.Id).Take(BatchSize),
            ids => db.Sessions.Where(s => ids.Contains(s.Id) && s.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        var tokens = await InBatchesAsync(
            () => db.Tokens.Where(t => t.ExpirationDate <= forgotten).OrderBy(t => t.ExpirationDate).Select(t => t.Id).Take(BatchSize),
            ids => db.Tokens.Where(t => ids.Contains(t.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        var assertions = await InBatchesAsync(
            () => db.UsedAssertions.Where(a => a.ExpiresAt <= now).OrderBy(a => a.ExpiresAt).Select(a => a.Id).Take(BatchSize),
            ids => db.UsedAssertions.Where(a => ids.Contains(a.Id)).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        await InBatchesAsync(
            () => db.IdempotencyKeys.Where(k => k.ExpiresAt <= now).OrderBy(k => k.ExpiresAt).Select(k => k.Id).Take(BatchSize),
            ids => db.IdempotencyKeys.Where(k => ids.Contains(k.Id) && k.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        return new(sessions, tokens, assertions);
    }

    private static async Task<int> InBatchesAsync<TId>(
        Func<IQueryable<TId>> next, Func<List<TId>, Task<int>> delete, CancellationToken cancellationToken)
    {
        for (var total = 0; ;)
        {
            var ids = await next().ToListAsync(cancellationToken);
            if (ids.Count > 0) total += await delete(ids);
            if (ids.Count < BatchSize) return total;
        }
    }
}
