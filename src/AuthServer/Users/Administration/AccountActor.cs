using AuthServer.Audit;

namespace AuthServer.Users.Administration;

/// <summary>Who acts on an account: through the JSON API, or a person on the pages of their account.</summary>
public abstract record AccountActor
{
    private AccountActor(string? clientId, Caller caller) => (ClientId, Caller) = (clientId, caller);

    /// <param name="IsAdmin">The caller has the scope and the role, and may change what lifts rights.</param>
    /// <param name="AuthTime">When the person last proved who they are, in the calling session.</param>
    public sealed record Person(Guid UserId, Guid SessionId, bool IsAdmin, DateTime? AuthTime, string? ClientId, Caller Caller)
        : AccountActor(ClientId, Caller)
    {
        /// <summary>Whether the account of the actor has a second factor that was not given in this session.</summary>
        public bool OwesFactor { get; init; }
    }

    /// <summary>A client on its own behalf, which the operator lets manage accounts.</summary>
    public sealed record ServiceAccount(string ClientId, Caller Caller) : AccountActor(ClientId, Caller);

    /// <summary>Null on the pages of this server.</summary>
    public string? ClientId { get; }

    public Caller Caller { get; }

    /// <summary>Whether the actor may change what lifts rights.</summary>
    public bool AsAdmin => this is ServiceAccount or Person { IsAdmin: true };

    /// <summary>The acting person, as the audit trail names them; a service account is named by its client alone.</summary>
    public Guid? PersonId => (this as Person)?.UserId;

    public Guid? PersonSession => (this as Person)?.SessionId;
}
