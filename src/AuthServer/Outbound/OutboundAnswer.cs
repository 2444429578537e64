namespace AuthServer.Outbound;

/// <summary>What became of a request of this server.</summary>
public abstract record OutboundAnswer
{
    private OutboundAnswer()
    {
    }

    /// <summary>The other side answered, with whatever status.</summary>
    /// <param name="MediaType">Without parameters; null where there is none that can be read.</param>
    /// <param name="FreshFor">How long the answer says it may be kept (RFC 9111 section 4.2); null where it says nothing.</param>
    public sealed record Answered(int Status, string? MediaType, byte[] Body, TimeSpan? FreshFor) : OutboundAnswer
    {
        public bool IsSuccess => Status is >= 200 and < 300;
    }

    /// <summary>There is no answer that may be used.</summary>
    /// <param name="Reason">
    /// For the log alone: a stranger who named the address would learn from it what this server can reach.
    /// </param>
    public sealed record Failed(OutboundFault Fault, string Reason) : OutboundAnswer;
}

public enum OutboundFault
{
    /// <summary>This server does not ask such an address.</summary>
    AddressRefused,

    /// <summary>No address is known for the name.</summary>
    NameUnknown,

    /// <summary>No connection, or none with a certificate that holds.</summary>
    Unreachable,

    /// <summary>The time limit passed.</summary>
    TooSlow,

    /// <summary>The body, or the headers, are longer than allowed.</summary>
    TooLarge,

    /// <summary>A redirect more than allowed, or to nowhere.</summary>
    Redirected,

    /// <summary>Another media type, or a compressed body, which was not asked for.</summary>
    WrongType,

    /// <summary>What came is not HTTP, or breaks off.</summary>
    Broken,
}

/// <summary>Ends an exchange with a fault that is known.</summary>
internal sealed class OutboundFaultException(OutboundFault fault, string reason) : Exception(reason)
{
    public OutboundFault Fault { get; } = fault;

    public OutboundAnswer.Failed Answer => new(Fault, Message);
}
