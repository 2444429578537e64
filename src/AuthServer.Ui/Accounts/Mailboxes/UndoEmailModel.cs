namespace AuthServer.Ui.Accounts.Mailboxes;

/// <summary>The page behind the link in the mail to a former address; it posts token to /email/undo.</summary>
public sealed record UndoEmailModel
{
    /// <summary>The former address, which the account gets back.</summary>
    public required string Email { get; init; }

    public required string Token { get; init; }

    /// <summary>True when another account has the address by now.</summary>
    public bool IsTaken { get; init; }
}
