using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Keys.Outside;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Keys;

/// <summary>
/// The keys that every replica uses, read from the database and from the places of SIGNING_KEYS, and followed while the server runs.
/// </summary>
public sealed partial class KeyRing(
    SqlRunner sql, RingKeys keys, OutsideKeys outside, TimeProvider time, ILogger<KeyRing> log) : IDisposable
{
    internal const string Rows = "SELECT id, kid, algorithm, sealed_key, created_at, active_from, retired_at FROM keys";

    // Opened keys live as long as the process, because Microsoft.IdentityModel caches its signature providers by key object.
    // Null: the key does not open.
    private readonly ConcurrentDictionary<Guid, SigningRingKey?> _signing = new();
    private readonly ConcurrentDictionary<Guid, SecretRingKey?> _secrets = new();
    private readonly ConcurrentDictionary<string, bool> _logged = new(StringComparer.Ordinal);
    // One reading at a time: of two, the one that ends last may have begun first, and would bring a revoked key back.
    private readonly SemaphoreSlim _reading = new(1);
    private List<RingKey> _rows = [];
    private RingSnapshot _current = RingSnapshot.Empty;
    private CancellationTokenSource _changed = new();

    public RingSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Fires once when the set of keys, or which of them signs, has changed.</summary>
    public IChangeToken Changes => new CancellationChangeToken(Volatile.Read(ref _changed).Token);

    /// <summary>Reads the ring again. A key that does not open is left out and named in <see cref="RingSnapshot.Unopened"/>.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            outside.Follow();
            _rows = await sql.ListAsync(Rows, SqlValues.None, Read, cancellationToken);
        }
        finally
        {
            // Also without the database: a retired key expires by time.
            await ArrangeAsync();
            _reading.Release();
        }
    }

    public void Dispose()
    {
        _changed.Dispose();
        _reading.Dispose();
    }

    private async Task ArrangeAsync()
    {
        var next = Arrange(_rows, time.GetUtcNow().UtcDateTime);
        if (!next.Differs(Current)) return;

        Volatile.Write(ref _current, next);
        // A ring that is incomplete stops the start or the command, which says so itself.
        foreach (var kid in next.IsComplete ? next.Unopened : [])
        {
            if (_logged.TryAdd(kid, true)) LogUnopened(log, kid);
        }

        using var changed = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        await changed.CancelAsync();
    }

    internal static RingKey Read(DbDataReader row) => new()
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
        var unopened = ImmutableArray.CreateBuilder<string>();
        var es256 = outside.Current.Arrange(RingKeys.Es256, Usable(RingKeys.Es256, _signing, keys.OpenSigning));
        var rs256 = outside.Current.Arrange(RingKeys.Rs256, Usable(RingKeys.Rs256, _signing, keys.OpenSigning));
        var subjects = Usable(RingKeys.Subjects, _secrets, keys.OpenSecret);
        return new(
            [.. es256.Take(1), .. rs256.Take(1), .. es256.Skip(1), .. rs256.Skip(1)],
            Usable(RingKeys.Refresh, _secrets, keys.OpenSecret),
            Usable(RingKeys.Encryption, _secrets, keys.OpenSecret),
            unopened.ToImmutable())
        {
            Subjects = subjects.FirstOrDefault(),
        };

        // The newest active key first, which signs; then the retired and the announced ones.
        ImmutableArray<TKey> Usable<TKey>(string algorithm, ConcurrentDictionary<Guid, TKey?> opened, Func<RingKey, TKey> open)
            where TKey : class
        {
            var usable = ImmutableArray.CreateBuilder<TKey>();
            foreach (var row in rows.Where(k => k.Algorithm == algorithm)
                .OrderBy(k => KeyLife.StateOf(k, now) switch { KeyState.Active => 0, KeyState.Retired => 1, _ => 2 })
                .ThenByDescending(k => k.ActiveFrom).ThenByDescending(k => k.Id))
            {
                // The first one signs, and so verifies, whatever its times say: its successor may be a key that does not open.
                if (usable.Count > 0 && KeyLife.Until(row) <= now) continue;
                if (opened.GetOrAdd(row.Id, _ => OpenOrNull(row, open)) is { } key) usable.Add(key);
                else unopened.Add(row.Kid);
            }

            return usable.ToImmutable();
        }
    }

    private static TKey? OpenOrNull<TKey>(RingKey row, Func<RingKey, TKey> open) where TKey : class
    {
        try
        {
            return open(row);
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Neither JWT_SECRET nor JWT_SECRET_PREVIOUS opens the key {Kid}; the server goes on with the others. " +
        "A key that was made with another secret is removed by: AuthServer keys revoke --kid={Kid}")]
    private static partial void LogUnopened(ILogger logger, string kid);
}
