namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>The page behind the link in the mail about a new sign-in; it posts token to /signin/not-me.</summary>
public sealed record NotMeModel
{
    /// <summary>The address of the account.</summary>
    public required string Email { get; init; }

    /// <summary>When somebody signed in; UTC.</summary>
    public required DateTime At { get; init; }

    public required string Token { get; init; }

    /// <summary>True when the form could not be taken: the page is shown again.</summary>
    public bool IsStale { get; init; }
}
