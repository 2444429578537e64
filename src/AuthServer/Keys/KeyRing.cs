using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data.Common;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Keys;

/// <summary>The keys that every replica signs with, read from the database and followed while the server runs.</summary>
public sealed class KeyRing(SqlRunner sql, RingKeys keys, TimeProvider time) : IDisposable
{
    private const string Rows = "SELECT id, kid, algorithm, sealed_key, created_at, active_from, retired_at FROM keys";

    // Opened keys live as long as the process: the token library caches its signature providers by key object.
    private readonly ConcurrentDictionary<Guid, SigningRingKey> _signing = new();
    private readonly ConcurrentDictionary<Guid, SecretRingKey> _secrets = new();
    private RingSnapshot _current = RingSnapshot.Empty;
    private CancellationTokenSource _changed = new();

    public RingSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Fires once when the set of keys, or which of them signs, has changed.</summary>
    public IChangeToken Changes => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <summary>Reads the ring again; a key that cannot be opened stops the caller, and is never replaced.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var rows = await sql.ListAsync(Rows, SqlValues.None, Read, cancellationToken);
        var next = Arrange(rows, time.GetUtcNow().UtcDateTime);
        if (next.Fingerprint == Current.Fingerprint) return;

        Volatile.Write(ref _current, next);
        using var changed = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        await changed.CancelAsync();
    }

    public void Dispose() => _changed.Dispose();

    private static RingKey Read(DbDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Kid = row.GetString(1),
        Algorithm = row.GetString(2),
        SealedKey = row.GetFieldValue<byte[]>(3),
        CreatedAt = row.Time(4),
        ActiveFrom = row.Time(5),
        RetiredAt = row.TimeOrNull(6),
    };

    private RingSnapshot Arrange(List<RingKey> rows, DateTime now)
    {
        // Signing order: the newest key that may sign, then the announced ones, then those that only verify.
        ImmutableArray<RingKey> Ordered(string algorithm) =>
        [
            .. rows.Where(k => k.Algorithm == algorithm).OrderBy(k => k.ActiveFrom <= now ? 0 : 1)
                .ThenByDescending(k => k.ActiveFrom).ThenByDescending(k => k.Id),
        ];

        var es256 = Ordered(RingKeys.Es256);
        var rs256 = Ordered(RingKeys.Rs256);
        var signing = es256.Take(1).Concat(rs256.Take(1)).Concat(es256.Skip(1)).Concat(rs256.Skip(1)).ToList();
        var refresh = Ordered(RingKeys.Refresh);
        var encryption = Ordered(RingKeys.Encryption);
        return new(
            string.Join(' ', signing.Concat(refresh).Concat(encryption).Select(k => k.Kid)),
            [.. signing.Select(k => _signing.GetOrAdd(k.Id, _ => keys.OpenSigning(k)))],
            [.. refresh.Select(k => _secrets.GetOrAdd(k.Id, _ => keys.OpenSecret(k)))],
            [.. encryption.Select(k => _secrets.GetOrAdd(k.Id, _ => keys.OpenSecret(k)))]);
    }
}
