namespace AuthServer.Ui.Accounts.Registration;

/// <summary>The passkey of a new account whose address is proven; it posts passed and returnUrl to /signup/passkey.</summary>
public sealed record NewAccountPasskeyModel
{
    public required string Email { get; init; }

    /// <summary>Sealed: the right code was given.</summary>
    public string? Passed { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Where a person begins again, with a password.</summary>
    public required string PasswordUrl { get; init; }

    public NewAccountPasskeyProblem Problem { get; init; }
}

/// <summary>Why the page is shown again.</summary>
public enum NewAccountPasskeyProblem
{
    None,

    /// <summary>The answer of the browser was no passkey for this account.</summary>
    Refused,
    FormExpired,
    NoCookies,
}
