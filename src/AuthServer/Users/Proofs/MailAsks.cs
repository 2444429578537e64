using AuthServer.Audit;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using AuthServer.Users.EmailAddresses;

namespace AuthServer.Users.Proofs;

/// <summary>What became of the wish for a mail; it tells whether the address has an account only where the operator allows it.</summary>
public abstract record MailAsk
{
    private MailAsk()
    {
    }

    public sealed record Accepted(AskedProof Proof) : MailAsk;

    public sealed record TooMany(TimeSpan RetryAfter) : MailAsk;

    /// <summary>Another account has the address, on a server that tells so.</summary>
    public sealed record EmailTaken : MailAsk;
}

/// <summary>Counts the mails that people ask for, and the codes that they type.</summary>
public sealed class MailAsks(MailThrottle throttle, Refusals refusals, AuthMeter meter)
{
    /// <param name="knownDevice">Names a device of the account, which has a budget of its own.</param>
    /// <returns>Null when the mail may be sent.</returns>
    internal async ValueTask<MailAsk.TooMany?> RefuseAsync(MailKind kind, string email, Caller caller, string? knownDevice = null)
    {
        if (await throttle.TakeAsync(kind, EmailKey.Of(email), caller.Address, knownDevice) is not { } wait) return null;
        meter.RateLimited("mail");
        refusals.Record(RefusalKinds.MailThrottled, caller);
        return new(wait);
    }
}
