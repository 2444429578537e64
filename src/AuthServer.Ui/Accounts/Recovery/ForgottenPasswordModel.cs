namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>Asks for the address whose password was forgotten; it posts email and returnUrl to /password/forgotten.</summary>
public sealed record ForgottenPasswordModel
{
    public string? Email { get; init; }

    public string? ReturnUrl { get; init; }

    public required string SignInUrl { get; init; }

    public ForgottenPasswordProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="ForgottenPasswordProblem.TooManyMails"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why the page is shown again.</summary>
public enum ForgottenPasswordProblem
{
    None,
    EmailMissing,
    EmailInvalid,
    TooManyMails,
    FormExpired,
    NoCookies,
}
