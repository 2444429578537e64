namespace AuthServer.Email.Transports;

/// <summary>What became of one attempt to send a mail.</summary>
internal abstract record SendOutcome
{
    private SendOutcome(string said) => Said = said;

    /// <summary>The answer of the other side, or why there was none.</summary>
    public string Said { get; private init; }

    /// <summary>The same in other words.</summary>
    public SendOutcome With(string said) => this with { Said = said };

    public sealed record Sent(string Said) : SendOutcome(Said);

    /// <summary>This mail is not taken now; others may be.</summary>
    public sealed record Postponed(string Said) : SendOutcome(Said);

    /// <summary>No mail is taken now: the way is broken, or a key is refused. It is for the operator to mend.</summary>
    /// <param name="RetryAfter">What the other side asks for; null: it does not say.</param>
    public sealed record Unavailable(string Said, TimeSpan? RetryAfter = null) : SendOutcome(Said);

    /// <summary>This mail is never taken.</summary>
    public sealed record Refused(string Said) : SendOutcome(Said);
}
