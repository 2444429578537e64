using AuthServer.Ui.Accounts.SecondFactors;

namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>What a person still has to give before they may keep their account.</summary>
public enum KeepNeed
{
    Nothing,

    /// <summary>A code of the authenticator app, or a recovery code.</summary>
    Code,

    /// <summary>A sign-in by passkey.</summary>
    Passkey,
}

/// <summary>Offers to keep an account that is to be deleted; it posts ticket, code and returnUrl to /signin/keep.</summary>
/// <param name="DeleteAfter">UTC.</param>
/// <param name="Ticket">Sealed: whose account it is.</param>
public sealed record KeepAccountModel(string Email, DateTime DeleteAfter, string Ticket, string? ReturnUrl)
{
    public KeepNeed Need { get; init; }

    /// <summary>A recovery code does in the place of the passkey.</summary>
    public bool TakesRecoveryCode { get; init; }

    /// <summary>Where to sign in by passkey.</summary>
    public string? SignInUrl { get; init; }

    public SecondStepProblem Problem { get; init; }

    /// <summary>How long to wait, for <see cref="SecondStepProblem.TooManyTries"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
