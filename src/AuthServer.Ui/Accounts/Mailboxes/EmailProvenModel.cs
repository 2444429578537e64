namespace AuthServer.Ui.Accounts.Mailboxes;

/// <summary>The page after an address was confirmed or changed.</summary>
public sealed record EmailProvenModel
{
    public required string Email { get; init; }

    /// <summary>True where the account has the address only now.</summary>
    public bool IsChange { get; init; }

    public required string ContinueUrl { get; init; }
}
