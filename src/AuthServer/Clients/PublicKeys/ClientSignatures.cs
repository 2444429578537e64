using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using NSec.Cryptography;

namespace AuthServer.Clients.PublicKeys;

/// <summary>
/// The algorithms with which clients may sign, and how a signature of each is verified (RFC 7518 section 3, RFC 8037, RFC 9864).
/// </summary>
/// <remarks>
/// Asymmetric alone. The algorithm has to fit the kind of the key, so that no key is ever used as something it is not, a public key as the
/// secret of an HMAC least of all (RFC 8725 section 2.1).
/// </remarks>
public static class ClientSignatures
{
    public static readonly ImmutableArray<string> Algorithms =
        ["RS256", "PS256", "ES256", "EdDSA", "Ed25519", "ES384", "ES512", "RS384", "RS512", "PS384", "PS512"];

    /// <summary>Whether an algorithm is one of those that a shared secret is used with.</summary>
    public static bool IsSymmetric(string algorithm) => algorithm.StartsWith("HS", StringComparison.Ordinal);

    /// <summary>RFC 9864: EdDSA with the curve Ed25519 has a name of its own, and both mean the same signature.</summary>
    internal static bool AreSame(string one, string other) => one == other || (IsEdwards(one) && IsEdwards(other));

    internal static bool IsVerified(JsonElement key, SignedText text)
    {
        var algorithm = text.Algorithm;
        if (IsEdwards(algorithm)) return IsEd25519(key, text);
        try
        {
            return algorithm.AsSpan(0, 2) switch
            {
                "ES" => IsEcdsa(key, text, CurveOf(algorithm)),
                "RS" => IsRsa(key, text, RSASignaturePadding.Pkcs1),
                "PS" => IsRsa(key, text, RSASignaturePadding.Pss),
                _ => false,
            };
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            // A point that is not on its curve, or a modulus that is none.
            return false;
        }
    }

    private static bool IsEdwards(string algorithm) => algorithm is "EdDSA" or "Ed25519";

    private static (string Name, ECCurve Curve) CurveOf(string algorithm) => algorithm switch
    {
        "ES256" => ("P-256", ECCurve.NamedCurves.nistP256),
        "ES384" => ("P-384", ECCurve.NamedCurves.nistP384),
        _ => ("P-521", ECCurve.NamedCurves.nistP521),
    };

    private static HashAlgorithmName HashOf(string algorithm) => algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private static bool IsRsa(JsonElement key, SignedText text, RSASignaturePadding padding)
    {
        if (SignedText.Text(key, "kty") != "RSA") return false;
        using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") });
        return rsa.VerifyData(text.Signed, text.Signature, HashOf(text.Algorithm), padding);
    }

    private static bool IsEcdsa(JsonElement key, SignedText text, (string Name, ECCurve Curve) curve)
    {
        if (SignedText.Text(key, "kty") != "EC" || SignedText.Text(key, "crv") != curve.Name) return false;
        var point = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") };
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve.Curve, Q = point });
        return ecdsa.VerifyData(
            text.Signed, text.Signature, HashOf(text.Algorithm), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static bool IsEd25519(JsonElement key, SignedText text)
    {
        if (SignedText.Text(key, "kty") != "OKP" || SignedText.Text(key, "crv") != "Ed25519") return false;
        var algorithm = SignatureAlgorithm.Ed25519;
        return text.Signature.Length == algorithm.SignatureSize
            && PublicKey.TryImport(algorithm, Bytes(key, "x"), KeyBlobFormat.RawPublicKey, out var point)
            && algorithm.Verify(point!, text.Signed, text.Signature);
    }

    private static byte[] Bytes(JsonElement key, string member) => Base64Url.DecodeFromChars(SignedText.Text(key, member));
}
