using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Keys;

/// <summary>Makes, replaces and removes keys. Callers hold the start lock, or are the one operator at the command line.</summary>
public sealed class KeyRotation(AuthDbContext db, RingKeys keys, KeyRing ring, TimeProvider time)
{
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

    /// <summary>Publishes new keys at once; every running server signs with them after <see cref="KeyLife.Announcement"/>.</summary>
    /// <returns>The kids of the new signing keys.</returns>
    /// <exception cref="StartRefusedException">A key of the ring does not open; nothing is written.</exception>
    public async Task<IReadOnlyList<string>> RotateNowAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        RequireOpened(ring.Current.Unopened);
        var now = time.GetUtcNow().UtcDateTime;
        var from = now + KeyLife.Announcement;
        var made = RingKeys.Algorithms.Select(algorithm => keys.Make(algorithm, now, from)).ToList();
        foreach (var old in await db.Keys.Where(k => k.RetiredAt == null).ToListAsync(cancellationToken)) old.RetiredAt = from;
        db.Keys.AddRange(made);
        AuditTrail.Record(db, now, AuditKinds.KeysRotated, Caller.System, detail: string.Join(' ', made.Take(2).Select(k => k.Kid[..8])));
        await db.SaveChangesAsync(cancellationToken);
        return [.. made.Where(k => KeyLife.IsSigning(k.Algorithm)).Select(k => k.Kid)];
    }

    /// <summary>The keys of the ring, newest first within each algorithm.</summary>
    public Task<List<RingKey>> ListAsync(CancellationToken cancellationToken) =>
        db.Keys.AsNoTracking().OrderBy(k => k.Algorithm).ThenByDescending(k => k.ActiveFrom).ToListAsync(cancellationToken);

    /// <summary>
    /// Deletes a key, and another takes its place at once. Running servers refuse what it made as soon as they read the ring.
    /// </summary>
    /// <returns>The kid of the key that takes its place, which is new or goes on; null when the ring has no such key.</returns>
    /// <exception cref="StartRefusedException">Other keys do not open, so the secret may be the wrong one; nothing is written.</exception>
    public async Task<string?> RevokeAsync(string kid, CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        if (await db.Keys.FirstOrDefaultAsync(k => k.Kid == kid, cancellationToken) is not { } revoked) return null;
        var others = ring.Current.Unopened.Where(u => u != kid).ToList();
        if (!ring.Current.IsComplete) RequireOpened(others);

        var now = time.GetUtcNow().UtcDateTime;
        var siblings = (await db.Keys.Where(k => k.Algorithm == revoked.Algorithm && k.Kid != kid).ToListAsync(cancellationToken))
            .Where(k => !others.Contains(k.Kid)).OrderByDescending(k => k.ActiveFrom).ToList();
        var signed = !ring.Current.Unopened.Contains(kid) && revoked.ActiveFrom <= now;
        var heir = siblings.Find(k => k.RetiredAt is null);
        // Nothing was made with it yet: the key before it goes on.
        if (heir is null && !signed && siblings is [var former, ..]) (heir, former.RetiredAt) = (former, null);
        if (heir is null)
        {
            RequireOpened(others);
            heir = keys.Make(revoked.Algorithm, now, now);
            db.Keys.Add(heir);
        }

        // Otherwise a retired key would sign until the announced one does.
        if (signed && heir.ActiveFrom > now) heir.ActiveFrom = now;
        db.Keys.Remove(revoked);
        AuditTrail.Record(db, now, AuditKinds.KeyRevoked, Caller.System, detail: $"{revoked.Algorithm} {kid}");
        await db.SaveChangesAsync(cancellationToken);
        return heir.Kid;
    }

    /// <summary>Deletes the retired keys that are no longer accepted.</summary>
    public async Task<int> DeleteOldAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        var (now, current) = (time.GetUtcNow().UtcDateTime, ring.Current);
        // A retired key stays in use while no newer key of its kind can be decrypted.
        string[] inUse = [.. current.Signing.Select(k => k.Kid), .. current.Refresh.Concat(current.Encryption).Select(k => k.Kid)];
        var old = (await db.Keys.Where(k => k.RetiredAt != null && !inUse.Contains(k.Kid)).ToListAsync(cancellationToken))
            .Where(k => KeyLife.Until(k) <= now).ToList();
        db.Keys.RemoveRange(old);
        await db.SaveChangesAsync(cancellationToken);
        return old.Count;
    }

    // A key that is written now is sealed with JWT_SECRET, and must open on the servers that opened the others.
    private static void RequireOpened(IReadOnlyList<string> unopened)
    {
        if (unopened.Count == 0) return;
        throw new StartRefusedException(
        [
            $"JWT_SECRET: does not open the keys {string.Join(", ", unopened)}; nothing was changed",
            "Set it, or JWT_SECRET_PREVIOUS, to the secret of the running servers. " +
            "If only these keys were made with another secret, remove each with keys revoke",
        ]);
    }
}
