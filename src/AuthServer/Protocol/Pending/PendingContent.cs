using System.Collections.Immutable;
using AuthServer.Data.Entities;

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

    /// <summary>What the client shows at the same time (CIBA Core 7.1, binding_message).</summary>
    public string? Message { get; init; }
}

/// <summary>A pending authorization that somebody may still decide.</summary>
public sealed record AskedAuthorization(Guid Id, PendingKind Kind, Guid ClientRowId, PendingContent Content, DateTime AskedAt);

/// <summary>What a poll finds.</summary>
/// <param name="TooEarly">Sooner after the last poll than the client was told to wait.</param>
public sealed record PolledAuthorization(
    Guid Id, PendingState State, PendingContent Content, Guid? UserId, Guid? BrowserSessionId, DateTime ExpiresAt, bool TooEarly);
