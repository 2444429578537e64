namespace AuthServer.Data.Entities;

/// <summary>What whoever reads a mailbox may do with the code or the link that was sent there.</summary>
public enum ProofPurpose
{
    /// <summary>Choose a new password.</summary>
    PasswordReset = 0,

    /// <summary>Choose a new password with a link that the operator made; no mailbox is proven.</summary>
    OperatorReset = 1,

    /// <summary>Show that the address of the account is theirs.</summary>
    EmailConfirmation = 2,

    /// <summary>Give the account a new address, which the proof was sent to.</summary>
    EmailChange = 3,

    /// <summary>Take back a change of the address; the proof was sent to the former one.</summary>
    EmailUndo = 4,

    /// <summary>Make the account that was asked for at this address.</summary>
    Registration = 5,

    /// <summary>Sign in.</summary>
    SignIn = 6,

    /// <summary>Give the second factor.</summary>
    SecondFactor = 7,

    /// <summary>Say that a sign-in was not theirs. The id of the proof is that of the session: each has one at most.</summary>
    NotMe = 8,
}

/// <summary>A code and a link that were sent to a mailbox: a row of <c>account_proofs</c>.</summary>
public sealed class AccountProof
{
    public Guid Id { get; set; }

    public ProofPurpose Purpose { get; set; }

    /// <summary>
    /// The account; null for a registration, and where the address has no account: then no code and no link fits, and everything else is
    /// the same.
    /// </summary>
    public Guid? UserId { get; set; }

    /// <summary>The address that is proven, as it was stored or typed.</summary>
    public required string Email { get; set; }

    /// <summary>The account's security stamp when the proof was made: another password makes the proof worthless.</summary>
    public string? SecurityStamp { get; set; }

    /// <summary>Lower-case hex HMAC-SHA-256 under a key that is not in the database: six digits are soon guessed.</summary>
    public required string CodeHash { get; set; }

    /// <summary>Lower-case hex HMAC-SHA-256 of the link's secret.</summary>
    public required string LinkHash { get; set; }

    /// <summary>How many codes have been tried.</summary>
    public int Tries { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime ExpiresAt { get; set; }

    /// <summary>When it did what it is for; it does so once.</summary>
    public DateTime? UsedAt { get; set; }

    /// <summary>Of the account to make, for a registration.</summary>
    public string? PasswordHash { get; set; }

    public string? FirstName { get; set; }

    public string? LastName { get; set; }
}
