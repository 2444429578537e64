using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Sessions.Senders;

namespace AuthServer.Sessions;

/// <summary>Validates access tokens that this server issued (RFC 9068 section 4), without the database.</summary>
/// <remarks>
/// The header must equal, character by character, the one that a key of the ring writes. This settles algorithm, type and key
/// (RFC 8725 sections 3.1 and 3.11), so nothing that a caller sends chooses them.
/// </remarks>
public sealed class AccessTokenReader(KeyRing ring, IssuerOptions issuer, TimeProvider time)
{
    /// <summary>The <c>typ</c> of the header (RFC 9068 section 2.1).</summary>
    public const string Type = "at+jwt";

    // Far beyond every token of this server; a longer text is not worth parsing.
    private const int Longest = 8 * 1024;

    // The base64url decoder skips white space, which a compact serialization must not contain (RFC 7515 section 2).
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    // Everything else is what the registration of the client wants told of a person.
    private static readonly string[] Own =
    [
        "iss", "exp", "iat", "aud", "scope", "jti", "sub", "sid", "auth_time", "acr", "client_id", "act", "may_act", Confirmation.Claim,
        "authorization_details",
    ];

    private readonly VerifiedTokens _verified = new();

    /// <summary>Reads a token that the sender presents without any other proof (RFC 6750).</summary>
    /// <returns>Null for everything that is not a valid bearer token. A token bound to a key is none: without the proof it may be
    /// stolen.</returns>
    public AccessToken? ReadBearer(string text) => ReadAny(text) is { Confirmation: null } token ? token : null;

    /// <summary>Reads a token to tell about it (RFC 7662) or to revoke it (RFC 7009), never to let the sender in.</summary>
    /// <returns>Null for everything that is not a valid access token of this server.</returns>
    public AccessToken? ReadAny(string text)
    {
        if (text.Length is 0 or > Longest || text.AsSpan().ContainsAnyExcept(Letters)) return null;
        var token = _verified.GetOrAdd(ring.Current, text, Verify);
        return token is not null && token.ExpiresAt > time.GetUtcNow().ToUnixTimeSeconds() ? token : null;
    }

    private AccessToken? Verify(RingSnapshot keys, string text)
    {
        var (dot, last) = (text.IndexOf('.', StringComparison.Ordinal), text.LastIndexOf('.'));
        if (dot <= 0 || last <= dot) return null;
        if (!Base64Url.IsValid(text.AsSpan(dot + 1, last - dot - 1)) || !Base64Url.IsValid(text.AsSpan(last + 1))) return null;
        // ES256 and RS256 alike (RFC 9068 section 2.1); an ID token of the same key has another typ, and so another header.
        foreach (var key in keys.Signing)
        {
            if (!text.AsSpan(0, dot).SequenceEqual(key.HeaderOf(Type))) continue;
            return key.Verifies(Encoding.ASCII.GetBytes(text, 0, last), Base64Url.DecodeFromChars(text.AsSpan(last + 1)))
                ? ParseOrNull(Base64Url.DecodeFromChars(text.AsSpan(dot + 1, last - dot - 1)))
                : null;
        }

        return null;
    }

    private AccessToken? ParseOrNull(byte[] payload)
    {
        try
        {
            return Parse(payload);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Signed by a key of the ring, and still not what TokenWriter writes: another version, or a key that has leaked.
            return null;
        }
    }

    private AccessToken? Parse(byte[] payload)
    {
        using var document = JsonDocument.Parse(payload);
        var claims = document.RootElement;
        // The signature proves that this server wrote it, but API_BASE_URL may have been another one then.
        if (Text(claims, "iss") != issuer.IssuerText) return null;
        // RFC 9068 section 2.2: these are required.
        if (Text(claims, "sub") is not { } subject || Text(claims, "client_id") is not { } client) return null;
        if (Text(claims, "jti") is not { } id) return null;
        var audience = claims.GetProperty("aud");
        string?[] audiences = audience.ValueKind == JsonValueKind.Array
            ? [.. audience.EnumerateArray().Select(a => a.GetString())]
            : [audience.GetString()];
        if (audiences.Length == 0 || audiences.Contains(null)) return null;
        return new(
            subject, Text(claims, "sid") is { } sid ? Guid.Parse(sid) : null, client, Text(claims, "scope") ?? "", audiences!,
            id, claims.GetProperty("iat").GetInt64(), claims.GetProperty("exp").GetInt64(),
            claims.TryGetProperty("auth_time", out var authTime) ? authTime.GetInt64() : null, Text(claims, "acr"),
            claims.TryGetProperty(Confirmation.Claim, out var methods) ? new(methods.Clone()) : null)
        {
            Actor = claims.TryGetProperty("act", out var actor) ? actor.Clone() : null,
            MayAct = claims.TryGetProperty("may_act", out var mayAct) ? mayAct.Clone() : null,
            // RFC 9396 section 9.1
            Details = claims.TryGetProperty("authorization_details", out var details) ? details.Clone() : null,
            Told = ToldBy(claims) ?? (IReadOnlyList<KeyValuePair<string, JsonElement>>)[],
        };
    }

    private static List<KeyValuePair<string, JsonElement>>? ToldBy(JsonElement claims)
    {
        // Every request with a token comes here, and most tokens tell nothing.
        List<KeyValuePair<string, JsonElement>>? told = null;
        foreach (var claim in claims.EnumerateObject())
        {
            if (!IsOwn(claim)) (told ??= []).Add(new(claim.Name, claim.Value.Clone()));
        }

        return told;
    }

    private static bool IsOwn(JsonProperty claim)
    {
        foreach (var name in Own)
        {
            if (claim.NameEquals(name)) return true;
        }

        return false;
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) ? value.GetString() : null;
}
