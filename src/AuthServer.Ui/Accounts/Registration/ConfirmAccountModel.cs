namespace AuthServer.Ui.Accounts.Registration;

/// <summary>The page behind the link of a mail that makes an account; it posts token and password to /signup/confirm.</summary>
public sealed record ConfirmAccountModel
{
    public required string Email { get; init; }

    public required string Token { get; init; }

    public ConfirmAccountProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="ConfirmAccountProblem.Busy"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why the page is shown again.</summary>
public enum ConfirmAccountProblem
{
    None,
    WrongPassword,
    Busy,
    FormExpired,
    NoCookies,
}
