namespace AuthServer.Ui.Accounts.Upstream;

/// <summary>The page after a sign-in with another provider that led nowhere.</summary>
/// <param name="Provider">What people read.</param>
/// <param name="WayUrl">Where the person goes on: to all ways of signing in, or to their account.</param>
/// <param name="IsOfAccount">The person was connecting a sign-in to their account.</param>
public sealed record UpstreamFailedModel(string Provider, UpstreamProblem Problem, string WayUrl, bool IsOfAccount = false)
{
    /// <summary>How long to wait, for <see cref="UpstreamProblem.TooManyTries"/>.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why a sign-in with another provider led nowhere.</summary>
public enum UpstreamProblem
{
    /// <summary>The provider does not answer.</summary>
    Unavailable,

    /// <summary>The person said no there.</summary>
    Cancelled,

    /// <summary>The provider refused, or its answer cannot be right.</summary>
    Refused,

    /// <summary>The answer is not of this browser, too old, or used before.</summary>
    Ended,

    /// <summary>The provider told no address.</summary>
    NoAddress,

    /// <summary>The provider did not say that the address is the person's.</summary>
    NotProven,

    /// <summary>The provider makes no accounts here.</summary>
    NoAccount,
    Disabled,

    /// <summary>The sign-in is connected to another account.</summary>
    OfAnother,

    /// <summary>The provider does not say that the person has just proved who they are.</summary>
    NotRecent,
    TooManyTries,
}
