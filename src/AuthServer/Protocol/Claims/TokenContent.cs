using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Sessions;

namespace AuthServer.Protocol.Claims;

/// <summary>What the tokens of one answer say, before it is known in which form they travel.</summary>
/// <param name="Subject">The person, or the client that acts on its own behalf (RFC 9068 section 2.2).</param>
/// <param name="Scopes">As granted in this answer.</param>
/// <param name="Audience">For whom the access token is.</param>
public sealed record TokenContent(string Subject, string ClientId, ImmutableArray<string> Scopes, ImmutableArray<string> Audience)
{
    /// <summary>With which the access token is signed.</summary>
    public string AccessTokenAlgorithm { get; init; } = RingKeys.Es256;

    /// <summary>Of the access token and the ID token; null: as the server's setting says.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Authorization details (RFC 9396 section 9.1), a JSON list as text; null where there are none.</summary>
    public string? Details { get; init; }

    /// <summary>The <c>sid</c>; null for a client on its own behalf.</summary>
    public string? SessionId { get; init; }

    /// <summary>Seconds since 1970 (OpenID Connect Core 2).</summary>
    public long? AuthTime { get; init; }

    public string? Acr { get; init; }

    /// <summary>RFC 8176; in ID tokens only.</summary>
    public ImmutableArray<string> Amr { get; init; } = [];

    public string? Nonce { get; init; }

    /// <summary>Who acts for the subject (<c>act</c>, RFC 8693 section 4.1); null: the subject itself.</summary>
    public JsonElement? Actor { get; init; }

    /// <summary>Who may act for the subject (<c>may_act</c>, RFC 8693 section 4.4); null: nothing is said.</summary>
    public JsonElement? MayAct { get; init; }

    /// <summary>When the access token ends at the latest, in seconds since 1970; null: after the usual life.</summary>
    public long? NotAfter { get; init; }

    /// <summary>
    /// What the ID token tells of the person: claims of scopes, and those asked for one by one (OpenID Connect Core 5.4 and 5.5).
    /// </summary>
    public JsonObject? PersonClaims { get; init; }

    /// <summary>What the access token tells of the person beyond <c>sub</c>; null: nothing.</summary>
    public JsonObject? AccessClaims { get; init; }

    /// <summary>Tokens of a person's session, without claims about the person.</summary>
    public static TokenContent OfSession(
        GrantedSession session, string clientId, ImmutableArray<string> scopes, ImmutableArray<string> audience)
    {
        return new(session.UserId.ToString(), clientId, scopes, audience)
        {
            SessionId = session.Id.ToString(),
            AuthTime = session.AuthTime is { } authTime ? new DateTimeOffset(authTime, TimeSpan.Zero).ToUnixTimeSeconds() : null,
            Acr = session.Acr,
            Amr = SpaceList.Split(session.Amr),
        };
    }
}
