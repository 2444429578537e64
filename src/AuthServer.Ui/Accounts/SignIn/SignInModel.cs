using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>
/// Everything the sign-in page shows; it posts email, password, keep and returnUrl to /signin, and the same without a password to
/// /signin/email.
/// </summary>
public sealed record SignInModel
{
    /// <summary>The app that asks; null when the person came by themselves.</summary>
    public string? AppName { get; init; }

    /// <summary>The email address typed before, or hinted by the app.</summary>
    public string? Email { get; init; }

    public SignInProblem Problem { get; init; }

    /// <summary>How long to wait, for those problems that pass.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool KeepSignedIn { get; init; }

    /// <summary>False where nobody signs in with a password.</summary>
    public bool TakesPasswords { get; init; } = true;

    /// <summary>True where a code to sign in can be mailed.</summary>
    public bool OffersEmailCode { get; init; }

    /// <summary>True where this server can have passkeys; a browser without them shows nothing of it.</summary>
    public bool OffersPasskeys { get; init; }

    /// <summary>A passkey that no account has: the browser is told, so that it stops to offer it.</summary>
    public UnknownPasskey? UnknownPasskey { get; init; }

    /// <summary>How the last sign-in in this browser was; null where it is not known, or was by another provider.</summary>
    public SignInWay? LastWay { get; init; }

    /// <summary>Null where this server knows no other providers.</summary>
    public UpstreamWaysModel? Upstream { get; init; }

    /// <summary>The provider whose sign-in the person can connect once they have signed in here.</summary>
    public string? Connecting { get; init; }

    public string? ReturnUrl { get; init; }

    /// <summary>Where a new person goes; null hides the line.</summary>
    public string? CreateAccountUrl { get; init; }

    /// <summary>Where a person goes who has forgotten the password; null hides the line.</summary>
    public string? ForgottenPasswordUrl { get; init; }

    /// <summary>The account that is signed in here already.</summary>
    public AccountChip? Current { get; init; }

    /// <summary>Where to go on as <see cref="Current"/> without a password; null means that the password is asked again.</summary>
    public string? ContinueUrl { get; init; }

    /// <summary>True where an app waits for an answer, which "no" is too: it posts returnUrl to /signin/cancel.</summary>
    public bool MayCancel { get; init; }

    /// <summary>True when the person wants another account than <see cref="Current"/>: the form comes first.</summary>
    public bool Switching { get; init; }
}

/// <summary>A passkey that the browser has and no account does.</summary>
/// <param name="Domain">To which it belongs.</param>
/// <param name="Credential">As the browser knows it; base64url.</param>
public sealed record UnknownPasskey(string Domain, string Credential);

/// <summary>A way to sign in with what this server keeps.</summary>
public enum SignInWay
{
    Password,
    Passkey,
    Email,
}

/// <summary>Why the sign-in page is shown again.</summary>
public enum SignInProblem
{
    None,

    /// <summary>The email address and the password do not match.</summary>
    Wrong,

    /// <summary>The email address or the password was not typed.</summary>
    Incomplete,

    /// <summary>A code is to be mailed, and no address was typed.</summary>
    EmailMissing,

    /// <summary>A code is to be mailed, and what was typed is no address.</summary>
    EmailInvalid,

    /// <summary>Too many mails were asked for; a wait applies.</summary>
    TooManyMails,

    /// <summary>Too many wrong tries; a wait applies.</summary>
    TooManyTries,

    /// <summary>The server has no capacity to check a password right now.</summary>
    Busy,

    /// <summary>The form belongs to an earlier state of the browser, such as before a sign-out.</summary>
    FormExpired,

    /// <summary>The browser keeps no cookies, without which no sign-in works.</summary>
    NoCookies,

    /// <summary>A person has signed in here since the page was opened.</summary>
    SignedInMeanwhile,

    /// <summary>The passkey is none of an account here, or its answer came too late.</summary>
    PasskeyRefused,

    /// <summary>The page the person wanted needs a person who is signed in.</summary>
    NotHere,

    /// <summary>A page changes the ways into the account, which has a passkey.</summary>
    PasskeyWanted,

    /// <summary>The person has kept an account that was to be deleted.</summary>
    AccountKept,
}
