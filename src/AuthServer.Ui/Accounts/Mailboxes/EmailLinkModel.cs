namespace AuthServer.Ui.Accounts.Mailboxes;

/// <summary>The page behind the link of a mail about an address; it posts token to /email/link.</summary>
public sealed record EmailLinkModel
{
    /// <summary>The address that is confirmed.</summary>
    public required string Email { get; init; }

    public required string Token { get; init; }

    /// <summary>True for an address that the account is to have from now on.</summary>
    public bool IsChange { get; init; }

    /// <summary>Where the person signs in first; null where the account is signed in.</summary>
    public string? SignInUrl { get; init; }
}
