using System.Text.Json;

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

    /// <summary>Authorization details (RFC 9396), for introspection; null where there are none.</summary>
    public JsonElement? Details { get; init; }

    public bool HasScope(string scope)
    {
        foreach (var range in ScopeText.AsSpan().Split(' '))
        {
            if (ScopeText.AsSpan()[range].SequenceEqual(scope)) return true;
        }

        return false;
    }
}

/// <summary>The key that a token is bound to (RFC 7800, claim <c>cnf</c>): the user of the token has to prove possession of it.</summary>
/// <param name="Methods">The claim as it stands in the token, for introspection (RFC 8705 section 3.2, RFC 9449 section 6.2).</param>
public sealed record Confirmation(JsonElement Methods)
{
    public const string Claim = "cnf";

    /// <summary>Bound by the thumbprint of a DPoP key (RFC 9449 section 6.1).</summary>
    public bool IsDPoP => Methods.ValueKind == JsonValueKind.Object && Methods.TryGetProperty("jkt", out _);
}
