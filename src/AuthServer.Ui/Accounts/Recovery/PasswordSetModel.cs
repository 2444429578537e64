namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>The page after a new password was chosen.</summary>
public sealed record PasswordSetModel
{
    /// <summary>The sign-in page, which goes on to where the person wanted to go.</summary>
    public required string SignInUrl { get; init; }
}
