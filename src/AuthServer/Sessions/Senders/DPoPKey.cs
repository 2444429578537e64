using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NSec.Cryptography;

namespace AuthServer.Sessions.Senders;

/// <summary>
/// The public key that a DPoP proof carries (RFC 9449 section 4.2, <c>jwk</c>): of a kind and a size that its algorithm asks for.
/// </summary>
internal static class DPoPKey
{
    /// <summary>Asymmetric alone (RFC 9449 section 4.3, number 5).</summary>
    public static readonly ImmutableArray<string> Algorithms = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256", "RS256"];

    private const int SmallestModulus = 2048 / 8, LargestModulus = 4096 / 8;

    // RFC 7518 section 6: members that hold private or symmetric key material.
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    /// <param name="signed">Header and payload of the proof, as they were signed.</param>
    /// <returns>
    /// The thumbprint of the key (RFC 7638); null when the key is not fit for the algorithm or did not make the signature.
    /// </returns>
    public static string? Verify(string algorithm, JsonElement jwk, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (jwk.ValueKind != JsonValueKind.Object || PrivateMembers.Any(member => jwk.TryGetProperty(member, out _))) return null;
        try
        {
            return algorithm switch
            {
                "ES256" => VerifyEc(jwk, "P-256", ECCurve.NamedCurves.nistP256, 32, HashAlgorithmName.SHA256, signed, signature),
                "ES384" => VerifyEc(jwk, "P-384", ECCurve.NamedCurves.nistP384, 48, HashAlgorithmName.SHA384, signed, signature),
                // RFC 9864: two names of the same signature, and the curve is in the key.
                "EdDSA" or "Ed25519" => VerifyEdwards(jwk, signed, signature),
                "PS256" => VerifyRsa(jwk, RSASignaturePadding.Pss, signed, signature),
                "RS256" => VerifyRsa(jwk, RSASignaturePadding.Pkcs1, signed, signature),
                _ => null,
            };
        }
        catch (CryptographicException)
        {
            // A point beside the curve, or numbers that make no key.
            return null;
        }
    }

    private static string? VerifyEc(
        JsonElement jwk, string name, ECCurve curve, int size, HashAlgorithmName hash, ReadOnlySpan<byte> signed,
        ReadOnlySpan<byte> signature)
    {
        if (Text(jwk, "kty") != "EC" || Text(jwk, "crv") != name) return null;
        if (Number(jwk, "x") is not var (xText, x) || Number(jwk, "y") is not var (yText, y)) return null;
        if (x.Length != size || y.Length != size) return null;
        using var key = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = x, Y = y } });
        return key.VerifyData(signed, signature, hash)
            ? Thumbprint($$"""{"crv":"{{name}}","kty":"EC","x":"{{xText}}","y":"{{yText}}"}""")
            : null;
    }

    private static string? VerifyEdwards(JsonElement jwk, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (Text(jwk, "kty") != "OKP" || Text(jwk, "crv") != "Ed25519" || Number(jwk, "x") is not var (xText, x)) return null;
        var ed25519 = SignatureAlgorithm.Ed25519;
        return signature.Length == ed25519.SignatureSize && PublicKey.TryImport(ed25519, x, KeyBlobFormat.RawPublicKey, out var key)
            && ed25519.Verify(key!, signed, signature)
            ? Thumbprint($$"""{"crv":"Ed25519","kty":"OKP","x":"{{xText}}"}""")
            : null;
    }

    private static string? VerifyRsa(JsonElement jwk, RSASignaturePadding padding, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        if (Text(jwk, "kty") != "RSA" || Number(jwk, "n") is not var (nText, n) || Number(jwk, "e") is not var (eText, e)) return null;
        // RFC 7518 section 3.3: 2048 bits or more. A larger key, or a long exponent, costs more than a proof is worth.
        if (n.Length is < SmallestModulus or > LargestModulus || n[0] == 0 || e.Length > 4 || e[0] == 0 || e[^1] % 2 == 0) return null;
        if (e is [1]) return null;
        using var key = RSA.Create(new RSAParameters { Modulus = n, Exponent = e });
        return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, padding)
            ? Thumbprint($$"""{"e":"{{eText}}","kty":"RSA","n":"{{nText}}"}""")
            : null;
    }

    // RFC 7638 section 3: the required members in order, without white space; base64url needs no escapes.
    private static string Thumbprint(string json) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(json)));

    // One form for one number: other padding bits would give the same key another thumbprint.
    private static (string Text, byte[] Bytes)? Number(JsonElement jwk, string member)
    {
        if (Text(jwk, member) is not { Length: > 0 } text || !Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length > 0 && Base64Url.EncodeToString(bytes) == text ? (text, bytes) : null;
    }

    private static string? Text(JsonElement jwk, string member) =>
        jwk.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
