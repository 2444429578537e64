namespace AuthServer.Data.Entities;

/// <summary>A request with an Idempotency-Key that was carried out: a row of <c>idempotency_keys</c>, kept for a day.</summary>
public sealed class IdempotencyKey
{
    /// <summary>Lower-case hex SHA-256 of route, user or address, and the caller's key: fixed length whatever a caller sends.</summary>
    public required string Id { get; set; }

    /// <summary>Which key of the ring made the fingerprint.</summary>
    public long KeyMark { get; set; }

    /// <summary>Lower-case hex HMAC-SHA-256 of the body under that key: a fast hash of a password would invite guessing.</summary>
    public required string Fingerprint { get; set; }

    /// <summary>The status that was answered.</summary>
    public int Status { get; set; }

    /// <summary>The Location that was answered.</summary>
    public string? Location { get; set; }

    public DateTime ExpiresAt { get; set; }
}
