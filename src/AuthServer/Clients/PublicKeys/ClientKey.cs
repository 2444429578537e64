using System.Buffers.Text;
using System.Text.Json;

namespace AuthServer.Clients.PublicKeys;

/// <summary>A public key of a client (RFC 7517), of a kind that this server knows.</summary>
public sealed class ClientKey
{
    // 2048 and 8192 bits in base64url: less is weak, and more only takes time.
    private const int ShortestModulus = 342, LongestModulus = 1366, LongestPoint = 90;

    // RFC 7518 section 6, RFC 8037 section 2: members that hold private or symmetric key material.
    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private ClientKey(JsonElement json) => Json = json;

    /// <summary>The JWK as the client has written it.</summary>
    public JsonElement Json { get; }

    public string? Id => SignedText.Text(Json, "kid");

    /// <summary>What the key is for, <c>sig</c> or <c>enc</c>; null where it is not said.</summary>
    public string? Use => SignedText.Text(Json, "use");

    /// <summary>The only algorithm that the key is for; null where it is not said.</summary>
    public string? Algorithm => SignedText.Text(Json, "alg");

    /// <summary>The certificate of the key (<c>x5c</c>, RFC 7517 section 4.7) in DER; null where there is none that can be read.</summary>
    public byte[]? Certificate
    {
        get
        {
            return Json.TryGetProperty("x5c", out var chain) && chain.ValueKind == JsonValueKind.Array && chain.GetArrayLength() > 0
                && chain[0].ValueKind == JsonValueKind.String && chain[0].TryGetBytesFromBase64(out var der) ? der : null;
        }
    }

    /// <returns>Null when <see cref="FaultOf"/> finds a fault.</returns>
    public static ClientKey? Read(JsonElement json) => FaultOf(json) is null ? new(json) : null;

    /// <summary>What is wrong with a key, for the one who registers it.</summary>
    public static string? FaultOf(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object) return "must be an object";
        try
        {
            SignedText.IsObjectOfTexts(key);
        }
        catch (InvalidOperationException)
        {
            return "has a text with half of a surrogate pair, which is no text";
        }

        if (PrivateMembers.Any(member => key.TryGetProperty(member, out _)))
        {
            return "contains a private key: register the public part, and replace this key, which has left its owner";
        }
        return SignedText.Text(key, "kty") switch
        {
            "RSA" when IsBytes(key, "n", ShortestModulus, LongestModulus) && IsExponent(key) => null,
            "RSA" => "must have n (2048 to 8192 bits) and an odd e of at most 32 bits",
            "EC" when SignedText.Text(key, "crv") is "P-256" or "P-384" or "P-521"
                && IsBytes(key, "x", 1, LongestPoint) && IsBytes(key, "y", 1, LongestPoint) => null,
            "EC" => "must have crv (P-256, P-384 or P-521), x and y",
            // X25519 is for encryption alone.
            "OKP" when SignedText.Text(key, "crv") is "Ed25519" or "X25519" && IsBytes(key, "x", 43, 43) => null,
            "OKP" => "must have crv (Ed25519 or X25519) and x",
            _ => "must have kty RSA, EC or OKP",
        };
    }

    /// <summary>Whether a text may be signed with this key, by what the key and the header say (RFC 7517 section 4).</summary>
    internal bool MayHaveSigned(SignedText text)
    {
        // RFC 7515 section 4.1.4: a hint, which a key without a name leaves open.
        if (text.KeyId is { } id && Id is { Length: > 0 } own && own != id) return false;
        if (Use is not (null or "sig")) return false;
        if (Json.TryGetProperty("key_ops", out var operations) && !HasVerify(operations)) return false;
        return Algorithm is not { } algorithm || ClientSignatures.AreSame(algorithm, text.Algorithm);
    }

    /// <summary>Whether a text may be encrypted to this key, by what the key says of itself (RFC 7517 section 4).</summary>
    internal bool MayEncrypt(string algorithm)
    {
        if (Use is not (null or "enc") || (Algorithm is { } own && own != algorithm)) return false;
        if (Json.TryGetProperty("key_ops", out var operations) && !HasEncryption(operations)) return false;
        return SignedText.Text(Json, "kty") switch
        {
            "RSA" => EncryptionAlgorithms.IsOfRsa(algorithm),
            "EC" => !EncryptionAlgorithms.IsOfRsa(algorithm),
            _ => SignedText.Text(Json, "crv") == "X25519" && !EncryptionAlgorithms.IsOfRsa(algorithm),
        };
    }

    // RFC 7517 section 4.3: what is done with the public half, or, as some write it, with the private one.
    private static bool HasEncryption(JsonElement operations) => operations.ValueKind == JsonValueKind.Array
        && operations.EnumerateArray().Any(operation => operation.ValueKind == JsonValueKind.String
            && operation.GetString() is "encrypt" or "decrypt" or "wrapKey" or "unwrapKey" or "deriveKey" or "deriveBits");

    private static bool HasVerify(JsonElement operations) => operations.ValueKind == JsonValueKind.Array
        && operations.EnumerateArray().Any(operation => operation.ValueKind == JsonValueKind.String && operation.ValueEquals("verify"));

    private static bool IsBytes(JsonElement key, string member, int shortest, int longest) =>
        SignedText.Text(key, member) is { } text && text.Length >= shortest && text.Length <= longest && Bytes(text) is not null;

    // A long exponent makes each check of a signature slow, and 1 makes every text its own signature.
    private static bool IsExponent(JsonElement key) => SignedText.Text(key, "e") is { Length: <= 6 } text
        && Bytes(text) is { Length: <= 4 } bytes && bytes is not [1] && bytes[0] != 0 && bytes[^1] % 2 == 1;

    // In the one form that a number has: Base64Url.IsValid passes white space, which decodes to nothing.
    private static byte[]? Bytes(string text)
    {
        if (!Base64Url.IsValid(text)) return null;
        var bytes = Base64Url.DecodeFromChars(text);
        return bytes.Length > 0 && Base64Url.EncodeToString(bytes) == text ? bytes : null;
    }
}
