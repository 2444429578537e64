namespace AuthServer.Ui.Accounts.Registration;

/// <summary>
/// Everything the page for a new account shows; it posts email, password, first_name, last_name and returnUrl to /signup.
/// </summary>
public sealed record CreateAccountModel
{
    /// <summary>The app that asks; null when the person came by themselves.</summary>
    public string? AppName { get; init; }

    public string? Email { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Where a person who has an account goes; null hides the line.</summary>
    public string? SignInUrl { get; init; }

    public IReadOnlyList<CreateAccountProblem> Problems { get; init; } = [];

    /// <summary>
    /// How long to wait, for <see cref="CreateAccountProblem.TooManyTries"/> and <see cref="CreateAccountProblem.Busy"/>.
    /// </summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A passkey can take the place of the password; a browser without passkeys shows nothing of it.</summary>
    public bool OffersPasskey { get; init; }

    /// <summary>Null where nobody signs in with a password: none is asked for.</summary>
    public required PasswordRules? PasswordRules { get; init; }

    /// <summary>Null where this server knows no other providers that make accounts.</summary>
    public SignIn.UpstreamWaysModel? Upstream { get; init; }
}

/// <summary>The rules a new password is shown with; length counts code points after NFC normalization.</summary>
public sealed record PasswordRules(int MinimumLength, bool Complexity);

/// <summary>Why the page for a new account is shown again.</summary>
public enum CreateAccountProblem
{
    EmailMissing,
    EmailInvalid,
    EmailTaken,
    PasswordTooShort,
    PasswordTooLong,
    PasswordNeedsUpper,
    PasswordNeedsLower,
    PasswordNeedsDigit,
    PasswordNeedsOther,
    PasswordTooCommon,
    PasswordContainsOwnWord,
    PasswordTooSimple,
    PasswordBreached,
    NameTooLong,
    TooManyTries,
    Busy,
    FormExpired,
    NoCookies,
}
