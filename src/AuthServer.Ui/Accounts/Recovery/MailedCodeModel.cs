namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>What a code from a mail is asked for.</summary>
public enum MailedCodeUse
{
    PasswordReset,
    Registration,

    /// <summary>The address of the account that is signed in, or a new one for it.</summary>
    Email,

    SignIn,

    /// <summary>The second step of a sign-in.</summary>
    SecondFactor,
}

/// <summary>Asks for the code of a mail that is on its way; it posts request, code and returnUrl.</summary>
public sealed record MailedCodeModel
{
    public required MailedCodeUse Use { get; init; }

    /// <summary>The address as it was typed.</summary>
    public required string Email { get; init; }

    /// <summary>The server's own handle on what was asked in this tab, given back unchanged.</summary>
    public required string Request { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Where another address is typed, or another mail is asked for.</summary>
    public required string AgainUrl { get; init; }

    /// <summary>What is posted for another mail, beside returnUrl; null where <see cref="AgainUrl"/> asks for it.</summary>
    public IReadOnlyDictionary<string, string>? AgainFields { get; init; }

    /// <summary>Where the person goes on without the code; null where it is needed.</summary>
    public string? SkipUrl { get; init; }

    public MailedCodeProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="MailedCodeProblem.TooManyTries"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why the page is shown again.</summary>
public enum MailedCodeProblem
{
    None,
    Wrong,

    /// <summary>Expired, used, or tried too often.</summary>
    Ended,

    /// <summary>Too many codes were tried for this account today.</summary>
    TooManyTries,
    FormExpired,
    NoCookies,
}
