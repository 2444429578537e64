using System.Text.Json;
using AuthServer.Sessions.Senders;

namespace AuthServer.Sessions;

/// <summary>The claims of a verified access token of this server. Whether its session stands only the row knows.</summary>
/// <param name="SessionId">Null: a client's own token (client_credentials).</param>
/// <param name="IssuedAt">Seconds since 1970, as <paramref name="ExpiresAt"/> and <paramref name="AuthTime"/>.</param>
/// <param name="Confirmation">Null: a bearer token.</param>
public sealed record AccessToken(
    string Subject, Guid? SessionId, string ClientId, string ScopeText, IReadOnlyList<string> Audiences, string Id,
    long IssuedAt, long ExpiresAt, long? AuthTime, string? Acr, Confirmation? Confirmation)
{
    /// <summary>Who acts for the subject (<c>act</c>, RFC 8693 section 4.1); null: the subject itself.</summary>
    public JsonElement? Actor { get; init; }

    /// <summary>Who may act for the subject (<c>may_act</c>, RFC 8693 section 4.4); null: nothing is said.</summary>
    public JsonElement? MayAct { get; init; }

    /// <summary>Authorization details (RFC 9396), for introspection; null where there are none.</summary>
    public JsonElement? Details { get; init; }

    /// <summary>What it tells of the person beyond the subject, such as roles, by name.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonElement>> Told { get; init; } = [];

    public bool HasScope(string scope)
    {
        foreach (var range in ScopeText.AsSpan().Split(' '))
        {
            if (ScopeText.AsSpan()[range].SequenceEqual(scope)) return true;
        }

        return false;
    }
}
