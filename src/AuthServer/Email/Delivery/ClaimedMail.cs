namespace AuthServer.Email.Delivery;

/// <summary>A mail that this process sends now, and no other one until its time is over.</summary>
/// <param name="Attempts">With this one.</param>
/// <param name="LastError">Of the attempt before.</param>
internal sealed record ClaimedMail(
    Guid Id, string Kind, byte[] SealedLetter, int Attempts, string? LastError, DateTime CreatedAt, DateTime ExpiresAt);
