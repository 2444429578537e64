using System.Security.Cryptography;
using System.Text;
using AuthServer.Data;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Registration;

/// <summary>A request that its sender may repeat without harm.</summary>
/// <param name="Id">Names sender and key; see <see cref="IdempotencyKeys.Name"/>.</param>
/// <param name="Body">The bytes of the request, which a repetition must equal.</param>
public sealed record RepeatableRequest(string Id, ReadOnlyMemory<byte> Body);

/// <summary>What was answered to a request with the same key.</summary>
/// <param name="SameBody">False: the key was used for another request.</param>
public sealed record EarlierAnswer(bool SameBody, int Status, string? Location);

/// <summary>
/// Remembers for a day which requests with an Idempotency-Key were carried out (draft-ietf-httpapi-idempotency-key-header).
/// </summary>
public sealed class IdempotencyKeys(AuthDbContext db, SqlRunner sql, KeyRing ring, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(1);

    private static readonly byte[] Label = "idempotency/1\0"u8.ToArray();

    // An expired row that the purge has not met yet is taken over.
    private const string ClaimSql =
        """
        INSERT INTO idempotency_keys (id, key_mark, fingerprint, status, location, expires_at)
        VALUES (@id, @mark, @fingerprint, @status, @location, @expires)
        ON CONFLICT (id) DO UPDATE SET key_mark = @mark, fingerprint = @fingerprint, status = @status, location = @location,
          expires_at = @expires
        WHERE idempotency_keys.expires_at <= @now
        """;

    /// <param name="sender">The user, or the address of a caller without an account, so that the keys of different callers do not
    /// collide.</param>
    public static string Name(string route, string sender, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{route}\0{sender}\0{key}")));

    public async Task<EarlierAnswer?> FindAsync(RepeatableRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var row = await db.IdempotencyKeys.AsNoTracking().FirstOrDefaultAsync(k => k.Id == request.Id
            && k.ExpiresAt > now, cancellationToken);
        if (row is null) return null;
        var stored = Convert.FromHexString(row.Fingerprint);
        var same = ring.Current.Refresh.Any(key =>
            key.Mark == row.KeyMark && CryptographicOperations.FixedTimeEquals(Fingerprint(key, request.Body.Span), stored));
        return new(same, row.Status, row.Location);
    }

    /// <summary>To be called first in the transaction that carries the request out: a second request waits for its end.</summary>
    /// <returns>False when the request has been carried out before.</returns>
    public async Task<bool> TryClaimAsync(RepeatableRequest request, int status, string location, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var key = ring.Current.Refresh[0];
        return await sql.Within(db).ExecuteAsync(
            ClaimSql,
            values =>
                values.Add("id", request.Id).Add("mark", key.Mark)
                    .Add("fingerprint", Convert.ToHexStringLower(Fingerprint(key, request.Body.Span)))
                .Add("status", status).Add("location", location).Add("expires", now + Life).Add("now", now),
            cancellationToken) == 1;
    }

    private static byte[] Fingerprint(SecretRingKey key, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Value);
        mac.AppendData(Label);
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
