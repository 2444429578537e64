namespace AuthServer.Ui.Accounts.Mailboxes;

/// <summary>Offers the mail that confirms the address of the account; it posts returnUrl to /email/confirm.</summary>
public sealed record ConfirmEmailModel
{
    public required string Email { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Where the person goes on without it; null where it is needed.</summary>
    public string? SkipUrl { get; init; }

    /// <summary>Whether a second factor or a passkey is to be added next.</summary>
    public bool ForWayIn { get; init; }

    public ConfirmEmailProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="ConfirmEmailProblem.TooManyMails"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why the page is shown again.</summary>
public enum ConfirmEmailProblem
{
    None,
    TooManyMails,
    FormExpired,
}
