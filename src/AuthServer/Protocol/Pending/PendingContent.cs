using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Protocol.Pending;

/// <summary>What a pending authorization is about; it stays on the server.</summary>
/// <param name="Address">Of the network from which it was asked, as this server saw it.</param>
/// <param name="UserAgent">Of whatever asked; any caller may send any text.</param>
public sealed record PendingContent(
    string ClientId, ImmutableArray<string> Scopes, ImmutableArray<string> Resources, string? Claims, ImmutableArray<string> AcrValues,
    string? Address, string? UserAgent)
{
    /// <summary>The stored approval of the person; null before, and where the operator vouches for the client.</summary>
    public Guid? AuthorizationId { get; init; }

    /// <summary>When that approval ends by itself, and a session with it; null: when the person takes it back.</summary>
    public DateTime? Ends { get; init; }

    /// <summary>What the client shows at the same time (CIBA Core 7.1, binding_message).</summary>
    public string? Message { get; init; }

    /// <summary>Seconds since the sign-in at most; of the request or, as it was then, of the registration. Null: any.</summary>
    public int? MaxAge { get; init; }

    /// <summary>Who it must be, by the <c>sub</c> of the parameter claims (OpenID Connect Core 5.5.1); null: anybody.</summary>
    public string? Subject { get; init; }

    /// <summary>Of the parameter claims (OpenID Connect Core 5.5.1.1).</summary>
    public ImmutableArray<string> EssentialAcr { get; init; } = [];

    /// <summary>The mark of the one decision; null before.</summary>
    public Guid? Decision { get; init; }

    /// <summary>How the client is told of the decision; null: it asks.</summary>
    public PendingNotification? Notification { get; init; }

    /// <summary>What the sign-in must be like, apart from whose it is.</summary>
    public RequestFacts FactsFor(RegisteredClient client, SecondFactorOptions secondFactor, PasskeyRules passkeys) =>
        new([], MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : null, [], EssentialAcr)
        {
            AcrValues = AcrValues,
            ClientWantsSecondFactor = client.RequireSecondFactor,
            OffersSecondFactor = secondFactor.IsOn,
            OffersPasskey = passkeys.ArePossible,
            ChangesAccounts = Scopes.Contains(ScopeRules.AccountWrite) || Scopes.Contains(ScopeRules.UsersWrite),
        };
}

/// <summary>Where a client is told of the decision, in ping or push mode.</summary>
/// <param name="Sealed">By <see cref="NotificationSealing"/>.</param>
public sealed record PendingNotification(CibaDelivery Delivery, string Address, string Sealed);

/// <summary>The row of a new pending authorization, and the secret by which the client asks for it.</summary>
public sealed record PendingKey(Guid Id, string Secret);

public enum PendingStored
{
    Done,

    /// <summary>The user code is another one's at the moment.</summary>
    CodeIsTaken,

    /// <summary>The client has been deleted.</summary>
    ClientIsGone,
}

/// <summary>A pending authorization that somebody may still decide.</summary>
public sealed record AskedAuthorization(Guid Id, PendingKind Kind, Guid ClientRowId, PendingContent Content, DateTime AskedAt);

/// <summary>What a poll finds.</summary>
/// <param name="TooEarly">Sooner after the last poll than the client was told to wait.</param>
public sealed record PolledAuthorization(
    Guid Id, PendingState State, PendingContent Content, Guid? UserId, Guid? BrowserSessionId, DateTime ExpiresAt, bool TooEarly);
