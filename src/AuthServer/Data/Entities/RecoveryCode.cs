namespace AuthServer.Data.Entities;

/// <summary>A code that stands for the second factor once, when the person has lost it: a row of <c>recovery_codes</c>.</summary>
public sealed class RecoveryCode
{
    public Guid Id { get; set; }

    public Guid UserId { get; set; }

    /// <summary>Lower-case hex SHA-256 of the account and the code, which has 80 random bits.</summary>
    public required string CodeHash { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? UsedAt { get; set; }
}
