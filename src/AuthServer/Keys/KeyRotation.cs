using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Keys;

/// <summary>Makes, replaces and removes keys. Callers hold the start lock, or are the one operator at the command line.</summary>
public sealed class KeyRotation(AuthDbContext db, RingKeys keys, KeyRing ring, KeyOptions options, TimeProvider time)
{
    // One rotation at a time on PostgreSQL; any fixed number. SQLite has one writer.
    private const long RotationLock = 0x4175746853727632;

    /// <summary>One key of each kind, where there is none yet.</summary>
    public async Task MakeFirstKeysAsync(CancellationToken cancellationToken)
    {
        var present = await db.Keys.Select(k => k.Algorithm).Distinct().ToListAsync(cancellationToken);
        var missing = RingKeys.Algorithms.Append(RingKeys.Subjects).Except(present).ToList();
        if (missing.Count == 0) return;

        var now = time.GetUtcNow().UtcDateTime;
        db.Keys.AddRange(missing.Select(algorithm => keys.Make(algorithm, now, now)));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Publishes the next key of each kind at once; it is used after the notice, or earlier if it was announced before.</summary>
    /// <param name="notice">At least <see cref="KeyLife.Announcement"/>, in which every running server publishes the keys.</param>
    /// <returns>The signing keys that come into use.</returns>
    /// <exception cref="StartRefusedException">A key of the ring does not open; nothing is written.</exception>
    public Task<IReadOnlyList<RingKey>> RotateAsync(TimeSpan notice, CancellationToken cancellationToken) =>
        ReplaceAsync(notice, static _ => true, cancellationToken);

    /// <summary>Announces the successors of the keys that will have been in use for the interval of the configuration.</summary>
    /// <remarks>Any number of servers may call it at once: the first one announces, and the others find nothing due.</remarks>
    /// <inheritdoc cref="RotateAsync"/>
    public Task<IReadOnlyList<RingKey>> RotateDueAsync(CancellationToken cancellationToken)
    {
        var due = time.GetUtcNow().UtcDateTime + KeyLife.Notice - options.RotationInterval;
        return ReplaceAsync(KeyLife.Notice, newest => newest.ActiveFrom <= due, cancellationToken);
    }

    /// <summary>The keys of the ring, newest first within each algorithm, and the kids of those that do not open.</summary>
    public async Task<(List<RingKey> Keys, IReadOnlyList<string> Unopened)> ListAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        var rows = await db.Keys.AsNoTracking().OrderBy(k => k.Algorithm).ThenByDescending(k => k.ActiveFrom)
            .ToListAsync(cancellationToken);
        return (rows, ring.Current.Unopened);
    }

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

    private async Task<IReadOnlyList<RingKey>> ReplaceAsync(
        TimeSpan notice, Func<RingKey, bool> isDue, CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({RotationLock})", cancellationToken);
        }

        var now = time.GetUtcNow().UtcDateTime;
        var standing = await db.Keys.Where(k => k.RetiredAt == null || k.RetiredAt > now).ToListAsync(cancellationToken);
        var next = new List<RingKey>();
        foreach (var algorithm in RingKeys.Algorithms)
        {
            var those = standing.Where(k => k.Algorithm == algorithm).ToList();
            if (those.MaxBy(k => k.ActiveFrom) is { } newest && !isDue(newest)) continue;
            next.Add(Replace(algorithm, those, now, notice));
        }

        if (next.Count > 0)
        {
            RequireOpened(ring.Current.Unopened);
            var detail = string.Join(' ', next.Where(k => KeyLife.IsSigning(k.Algorithm)).Select(k => k.Kid[..8]));
            AuditTrail.Record(db, now, AuditKinds.KeysRotated, Caller.System, detail: detail);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return [.. next.Where(k => KeyLife.IsSigning(k.Algorithm))];
    }

    // A key that is announced already is published already: it takes over instead of a new one, as early as the notice allows.
    private RingKey Replace(string algorithm, List<RingKey> those, DateTime now, TimeSpan notice)
    {
        var next = those.Where(k => k.ActiveFrom > now && k.RetiredAt is null).MaxBy(k => k.ActiveFrom);
        if (next is null) db.Keys.Add(next = keys.Make(algorithm, now, now + notice));
        var from = next.CreatedAt + notice;
        if (from < now) from = now;
        if (next.ActiveFrom > from) next.ActiveFrom = from;
        foreach (var former in those.Where(k => k != next && !(k.RetiredAt < next.ActiveFrom))) former.RetiredAt = next.ActiveFrom;
        return next;
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
