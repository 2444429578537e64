namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>The page behind the link of a mail to sign in; it posts token to /signin/email/link.</summary>
public sealed record EmailLinkSignInModel
{
    /// <summary>The address of the account.</summary>
    public required string Email { get; init; }

    /// <summary>The app that asks; null when the person came by themselves.</summary>
    public string? AppName { get; init; }

    /// <summary>The secret of the link; null in a browser where the mail was not asked for, which it signs nobody in.</summary>
    public string? Token { get; init; }

    /// <summary>Where another mail is asked for.</summary>
    public required string SignInUrl { get; init; }
}
