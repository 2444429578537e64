namespace AuthServer.Data.Entities;

/// <summary>One key of the ring: a row of <c>keys</c>. Its life (announced, active, retired, deleted) follows from its times.</summary>
public sealed class RingKey
{
    public Guid Id { get; set; }

    /// <summary>RFC 7638 thumbprint for signing keys, a random name for symmetric ones.</summary>
    public required string Kid { get; set; }

    /// <summary>ES256 or RS256 (signing), A256KW (authorization codes), HS256 (refresh-token successors and their MAC).</summary>
    public required string Algorithm { get; set; }

    /// <summary>AES-256-GCM: version, nonce, tag, ciphertext of the private part. Associated data: table, column, row id, kid.</summary>
    public required byte[] SealedKey { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>From when it signs; before, it is only published.</summary>
    public DateTime ActiveFrom { get; set; }

    /// <summary>From when nothing is signed with it and it only verifies; null while it is announced or active.</summary>
    public DateTime? RetiredAt { get; set; }
}
