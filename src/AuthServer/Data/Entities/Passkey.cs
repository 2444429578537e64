namespace AuthServer.Data.Entities;

/// <summary>A passkey of a person, the credential record of WebAuthn Level 3 section 4: a row of <c>passkeys</c>.</summary>
public sealed class Passkey
{
    /// <summary>Names it in addresses and in the audit trail.</summary>
    public Guid Id { get; set; }

    public Guid UserId { get; set; }

    /// <summary>Chosen by the authenticator, at most 1023 bytes.</summary>
    public required byte[] CredentialId { get; set; }

    /// <summary>As a COSE key.</summary>
    public required byte[] PublicKey { get; set; }

    /// <summary>What the person calls it.</summary>
    public required string Name { get; set; }

    /// <summary>0 for authenticators that do not count.</summary>
    public long SignCount { get; set; }

    /// <summary>How the browser reaches the authenticator, separated by spaces.</summary>
    public string? Transports { get; set; }

    /// <summary>The model of the authenticator, which it says of itself.</summary>
    public Guid? Aaguid { get; set; }

    /// <summary>The authenticator may copy it to other devices of the person.</summary>
    public bool IsBackupEligible { get; set; }

    public bool IsBackedUp { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime? LastUsedAt { get; set; }
}
