using AuthServer.Audit;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Keys;

/// <summary>Makes the first keys and the next ones. Callers hold the start lock, or are the one operator who rotates.</summary>
public sealed class KeyRotation(AuthDbContext db, RingKeys keys, TimeProvider time)
{
    /// <summary>Longest time in which every running server has read and published a new key (they read every 2 s).</summary>
    public static readonly TimeSpan Announcement = TimeSpan.FromSeconds(15);

    /// <summary>How long a key still verifies after its successor signs: the life of a client session.</summary>
    public static readonly TimeSpan Retention = TimeSpan.FromDays(30);

    /// <summary>One key of each kind, where there is none yet.</summary>
    public async Task MakeFirstKeysAsync(CancellationToken cancellationToken)
    {
        var present = await db.Keys.Select(k => k.Algorithm).Distinct().ToListAsync(cancellationToken);
        var missing = RingKeys.Algorithms.Except(present).ToList();
        if (missing.Count == 0) return;

        var now = time.GetUtcNow().UtcDateTime;
        db.Keys.AddRange(missing.Select(algorithm => keys.Make(algorithm, now, now)));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Publishes new keys at once; every running server signs with them after <see cref="Announcement"/>.</summary>
    /// <returns>The kids of the new signing keys.</returns>
    public async Task<IReadOnlyList<string>> RotateNowAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var from = now + Announcement;
        var made = RingKeys.Algorithms.Select(algorithm => keys.Make(algorithm, now, from)).ToList();
        foreach (var old in await db.Keys.Where(k => k.RetiredAt == null).ToListAsync(cancellationToken)) old.RetiredAt = from;
        db.Keys.AddRange(made);
        AuditTrail.Record(db, now, AuditKinds.KeysRotated, Caller.System, detail: string.Join(' ', made.Take(2).Select(k => k.Kid[..8])));
        await db.SaveChangesAsync(cancellationToken);
        return [.. made.Where(k => k.Algorithm is RingKeys.Es256 or RingKeys.Rs256).Select(k => k.Kid)];
    }

    /// <summary>Deletes keys that nothing alive can have been made with.</summary>
    public Task<int> DeleteOldAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().UtcDateTime - Retention;
        return db.Keys.Where(k => k.RetiredAt != null && k.RetiredAt < before).ExecuteDeleteAsync(cancellationToken);
    }
}
