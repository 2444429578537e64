using AuthServer.Users.Providers;

namespace AuthServer.Users.Upstream;

/// <summary>Why a browser is sent to a provider; sealed in the request, so that it comes back as it was.</summary>
/// <param name="ReturnUrl">Where the person wanted to go; judged again when it comes back.</param>
/// <param name="Again">Whether the person is to prove anew who they are.</param>
/// <param name="Asked">The person has pressed a button here; otherwise an app has sent them.</param>
/// <param name="Connects">The account that the sign-in is to be connected to; null: somebody signs in.</param>
/// <param name="At">UTC.</param>
public sealed record UpstreamErrand(string? ReturnUrl, bool Again, bool Asked, Guid? Connects, DateTime At);

/// <summary>A person as a provider has just proved them.</summary>
/// <param name="Issuer">With <paramref name="Subject"/> the name of the person, which is never given to another one.</param>
/// <param name="Label">What the person knows the account at the provider by: an address or a name.</param>
/// <param name="Email">Null when the provider told none, or none that is valid.</param>
/// <param name="EmailProven">The provider calls it verified, and the operator trusts that.</param>
/// <param name="AuthTime">When the provider asked the person for a proof, in UTC; null when it does not say.</param>
/// <param name="HasSecondFactor">The provider says that there were two factors, and the operator trusts that.</param>
public sealed record UpstreamIdentity(
    UpstreamProvider Provider, string Issuer, string Subject, string? Label, string? Email, bool EmailProven, string? FirstName,
    string? LastName, DateTime? AuthTime, bool HasSecondFactor);

/// <summary>What came back from a provider.</summary>
public abstract record UpstreamAnswer
{
    private UpstreamAnswer()
    {
    }

    /// <summary>The errand is null where the answer is not one to a request of this browser.</summary>
    public UpstreamErrand? Errand { get; private init; }

    public sealed record Proved : UpstreamAnswer
    {
        public Proved(UpstreamIdentity identity, UpstreamErrand errand) => (Identity, Errand) = (identity, errand);

        public UpstreamIdentity Identity { get; }
    }

    /// <summary>The person has said no at the provider.</summary>
    public sealed record Cancelled : UpstreamAnswer
    {
        public Cancelled(UpstreamErrand? errand) => Errand = errand;
    }

    /// <summary>Not of this browser, too old, or used before.</summary>
    public sealed record Ended : UpstreamAnswer;

    /// <summary>The provider refused, or said what cannot be right; the log has it.</summary>
    public sealed record Refused : UpstreamAnswer
    {
        public Refused(UpstreamErrand? errand) => Errand = errand;
    }

    /// <summary>The provider does not answer.</summary>
    public sealed record Unavailable : UpstreamAnswer
    {
        public Unavailable(UpstreamErrand? errand) => Errand = errand;
    }
}
