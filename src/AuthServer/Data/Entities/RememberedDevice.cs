namespace AuthServer.Data.Entities;

/// <summary>A browser where a person need not give the second factor for a while: a row of <c>remembered_devices</c>.</summary>
public sealed class RememberedDevice
{
    public Guid Id { get; set; }

    public Guid UserId { get; set; }

    /// <summary>Lower-case hex SHA-256 of the cookie's value.</summary>
    public required string TokenHash { get; set; }

    /// <summary>Of the account when the device was remembered: a new password forgets it.</summary>
    public required string SecurityStamp { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime LastUsedAt { get; set; }

    public DateTime ExpiresAt { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }
}
