namespace AuthServer.Data.Entities;

/// <summary>
/// What was accepted once and must not be again, such as a client assertion (RFC 7523 section 3, jti), the first step of a sign-in or the
/// challenge of a passkey: a row of <c>used_assertions</c>.
/// </summary>
public sealed class UsedAssertion
{
    /// <summary>Lower-case hex SHA-256 of what names it, such as client_id, a zero byte and the jti: a fixed length.</summary>
    public required string Id { get; set; }

    public DateTime ExpiresAt { get; set; }
}
