using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SecondFactors;

/// <summary>Why a page that asks for a code is shown again.</summary>
public enum SecondStepProblem
{
    None,

    /// <summary>No code was typed.</summary>
    Missing,

    /// <summary>The code is wrong, or was used before.</summary>
    Wrong,

    /// <summary>Too many wrong codes; a wait applies.</summary>
    TooManyTries,

    /// <summary>Too many codes were mailed; a wait applies.</summary>
    TooManyMails,

    /// <summary>The form belongs to an earlier state of the browser.</summary>
    FormExpired,

    /// <summary>The passkey is none of this account, or its answer came too late.</summary>
    PasskeyRefused,
}

/// <summary>Everything that the page after the password shows; it posts code, step, with, remember and returnUrl.</summary>
public sealed record SecondStepModel
{
    public required AccountChip Account { get; init; }

    /// <summary>The app that asks; null when the person came by themselves.</summary>
    public string? AppName { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Names the sign-in that the code belongs to.</summary>
    public required string Step { get; init; }

    /// <summary>False for an account without an app: a passkey helps, or a recovery code.</summary>
    public bool TakesCode { get; init; } = true;

    /// <summary>False for an account that has no app, and no code left.</summary>
    public bool TakesRecoveryCode { get; init; } = true;

    /// <summary>The account has a passkey; a browser without passkeys shows nothing of it.</summary>
    public bool TakesPasskey { get; init; }

    /// <summary>A recovery code is asked for, and not one of the app.</summary>
    public bool UsesRecoveryCode { get; init; }

    /// <summary>The same page with the other kind of code.</summary>
    public required string OtherWayUrl { get; init; }

    /// <summary>A code can be mailed; the button posts step and returnUrl to /signin/second-factor/email.</summary>
    public bool OffersMail { get; init; }

    /// <summary>Where to choose another account.</summary>
    public required string SwitchUrl { get; init; }

    public SecondStepProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="SecondStepProblem.TooManyTries"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
