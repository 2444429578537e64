namespace AuthServer.Data.Entities;

/// <summary>A client assertion that was accepted once (RFC 7523 section 3, jti): a row of <c>used_assertions</c>.</summary>
public sealed class UsedAssertion
{
    /// <summary>Lower-case hex SHA-256 of client_id, a zero byte and the jti: fixed length whatever a client sends.</summary>
    public required string Id { get; set; }

    public DateTime ExpiresAt { get; set; }
}
