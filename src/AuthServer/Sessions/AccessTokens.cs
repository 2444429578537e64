using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Keys;

namespace AuthServer.Sessions;

/// <summary>What an access token of ours says once its signature is right; whether its session stands only the row knows.</summary>
/// <param name="SessionId">Null: a client's own token (client_credentials).</param>
/// <param name="IssuedAt">Seconds since 1970, as the two below.</param>
public sealed record AccessToken(
    string Subject, Guid? SessionId, string ClientId, string ScopeText, IReadOnlyList<string> Audiences, string Id,
    long IssuedAt, long ExpiresAt, long? AuthTime, string? Acr)
{
    public bool HasScope(string scope)
    {
        foreach (var range in ScopeText.AsSpan().Split(' '))
        {
            if (ScopeText.AsSpan()[range].SequenceEqual(scope)) return true;
        }

        return false;
    }
}

/// <summary>Reads access tokens that this server issued (RFC 9068 section 4), without the database.</summary>
/// <remarks>
/// The header must be, letter for letter, one that a key of the ring writes: with it algorithm, type and key are settled
/// (RFC 8725 sections 3.1 and 3.11), and nothing that a caller sends chooses them.
/// </remarks>
public sealed class AccessTokens(KeyRing ring, IssuerOptions issuer, TimeProvider time)
{
    /// <summary>The <c>typ</c> of the header (RFC 9068 section 2.1).</summary>
    public const string Type = "at+jwt";

    // Far beyond every token of ours; nothing longer is worth parsing.
    private const int Longest = 8 * 1024;

    // The decoder of base64url passes over white space; a token has none (RFC 7515 section 2).
    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly VerifiedTokens _verified = new();

    /// <returns>Null for everything that is no valid access token of this server.</returns>
    public AccessToken? Read(string text)
    {
        if (text.Length is 0 or > Longest || text.AsSpan().ContainsAnyExcept(Letters)) return null;
        var keys = ring.Current;
        var token = _verified.GetOrAdd(keys, text, Verify);
        return token is not null && token.ExpiresAt > time.GetUtcNow().ToUnixTimeSeconds() ? token : null;
    }

    private AccessToken? Verify(RingSnapshot keys, string text)
    {
        var (dot, last) = (text.IndexOf('.', StringComparison.Ordinal), text.LastIndexOf('.'));
        if (dot <= 0 || last <= dot || !Base64Url.IsValid(text.AsSpan(dot + 1, last - dot - 1)) || !Base64Url.IsValid(text.AsSpan(last + 1))) return null;
        foreach (var key in keys.Signing)
        {
            if (key.Algorithm != RingKeys.Es256 || !text.AsSpan(0, dot).SequenceEqual(key.HeaderOf(Type))) continue;
            return key.Verifies(Encoding.ASCII.GetBytes(text, 0, last), Base64Url.DecodeFromChars(text.AsSpan(last + 1)))
                ? Parse(Base64Url.DecodeFromChars(text.AsSpan(dot + 1, last - dot - 1)))
                : null;
        }

        return null;
    }

    private AccessToken? Parse(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        var claims = document.RootElement;
        // The signature says that we wrote it; the issuer may have had another address then.
        if (Text(claims, "iss") != issuer.IssuerText) return null;
        var audience = claims.GetProperty("aud");
        return new(
            Text(claims, "sub")!, Text(claims, "sid") is { } sid ? Guid.Parse(sid) : null, Text(claims, "client_id")!, Text(claims, "scope") ?? "",
            audience.ValueKind == JsonValueKind.Array ? [.. audience.EnumerateArray().Select(a => a.GetString()!)] : [audience.GetString()!],
            Text(claims, "jti")!, claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64(),
            claims.TryGetProperty("auth_time", out var authTime) ? authTime.GetInt64() : null, Text(claims, "acr"));
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;
}
