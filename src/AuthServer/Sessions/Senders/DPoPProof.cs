using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace AuthServer.Sessions.Senders;

/// <summary>What a DPoP proof says, once its signature is known to be by the key that it carries (RFC 9449 section 4.2).</summary>
/// <param name="KeyThumbprint">Of that key (RFC 7638).</param>
/// <param name="Algorithm">With which it is signed.</param>
/// <param name="IssuedAt">Seconds since 1970.</param>
/// <param name="TokenHash">The <c>ath</c>: which access token the proof is for.</param>
public sealed record DPoPProof(
    string KeyThumbprint, string Algorithm, string Id, string Method, string Address, double IssuedAt, string? TokenHash, string? Nonce)
{
    /// <summary>The header of a proof, and the authentication scheme of a bound token (RFC 9449 sections 4.1 and 7.1).</summary>
    public const string Scheme = "DPoP";

    private const string Typed = "dpop+jwt";
    private const int Longest = 8 * 1024, LongestId = 256;

    // RFC 7515 section 2: a compact serialization has no white space, which the base64url decoder would skip.
    private static readonly SearchValues<char> Letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads the header, and checks all that needs neither the request nor the clock (RFC 9449 section 4.3).</summary>
    /// <returns>The proof, or what is wrong with it.</returns>
    public static (DPoPProof? Proof, string? Fault) Read(string text)
    {
        if (text.Length > Longest || text.AsSpan().ContainsAnyExcept(Letters)
            || text.Split('.') is not [var header, var payload, var signature]
            || !Base64Url.IsValid(header) || !Base64Url.IsValid(payload) || !Base64Url.IsValid(signature))
        {
            return (null, "The DPoP proof is not a signed JWT.");
        }

        try
        {
            using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header), Strict);
            using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(payload), Strict);
            return Read(head.RootElement, body.RootElement, $"{header}.{payload}", signature);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: no object, or half of a surrogate pair.
            return (null, "The DPoP proof is not a signed JWT.");
        }
    }

    private static (DPoPProof?, string?) Read(JsonElement header, JsonElement claims, string signed, string signature)
    {
        if (Text(header, "typ") != Typed) return (null, $"The typ of a DPoP proof is {Typed}.");
        if (Text(header, "alg") is not { } algorithm || !DPoPKey.Algorithms.Contains(algorithm))
        {
            return (null, $"The alg of a DPoP proof is one of {string.Join(", ", DPoPKey.Algorithms)}.");
        }
        if (header.TryGetProperty("crit", out _)) return (null, "The DPoP proof has critical extensions (crit) that are not known here.");
        if (!header.TryGetProperty("jwk", out var jwk)
            || DPoPKey.Verify(algorithm, jwk, Encoding.ASCII.GetBytes(signed), Base64Url.DecodeFromChars(signature)) is not { } thumbprint)
        {
            return (null, "The DPoP proof is not signed by the public key in its jwk, or the key is not one for its alg.");
        }
        if (Text(claims, "jti") is not { Length: > 0 and <= LongestId } id) return (null, "A DPoP proof needs a jti, a text.");
        if (Text(claims, "htm") is not { } method || Text(claims, "htu") is not { } address)
        {
            return (null, "A DPoP proof needs htm and htu, the method and the address of the request.");
        }
        if (!claims.TryGetProperty("iat", out var time) || time.ValueKind != JsonValueKind.Number || !time.TryGetDouble(out var issuedAt))
        {
            return (null, "A DPoP proof needs an iat, a number of seconds.");
        }
        return (new(thumbprint, algorithm, id, method, address, issuedAt, Text(claims, "ath"), Text(claims, "nonce")), null);
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
