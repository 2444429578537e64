using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NSec.Cryptography;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A key pair that texts are encrypted to; its owner opens them (RFC 7516 section 5.2) by code that the server lacks.</summary>
public sealed class Recipient
{
    private readonly RSA? _rsa;
    private readonly ECDiffieHellman? _ec;
    private readonly Key? _x25519;

    private Recipient(JsonObject jwk, RSA? rsa = null, ECDiffieHellman? ec = null, Key? x25519 = null) =>
        (Jwk, _rsa, _ec, _x25519) = (jwk, rsa, ec, x25519);

    /// <summary>The public part.</summary>
    public JsonObject Jwk { get; }

    /// <param name="kind">RSA, X25519 or a curve such as P-256.</param>
    public static Recipient New(string kind, string kid)
    {
        if (kind == "RSA")
        {
            var rsa = RSA.Create(2048);
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return new(Public("RSA", kid, ("n", Text(numbers.Modulus!)), ("e", Text(numbers.Exponent!))), rsa);
        }

        if (kind == "X25519")
        {
            var key = Key.Create(KeyAgreementAlgorithm.X25519);
            var raw = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
            return new(Public("OKP", kid, ("crv", kind), ("x", Text(raw))), x25519: key);
        }

        var ec = ECDiffieHellman.Create(CurveOf(kind));
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return new(Public("EC", kid, ("crv", kind), ("x", Text(point.X!)), ("y", Text(point.Y!))), ec: ec);
    }

    /// <exception cref="CryptographicException">The text was not encrypted to this key, or somebody has changed it.</exception>
    public (JsonElement Header, string Content) Open(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('.');
        if (parts.Length != 5) throw new CryptographicException("It is no JWE.");
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
        var (alg, enc) = (header.GetProperty("alg").GetString()!, header.GetProperty("enc").GetString()!);
        var length = enc switch { "A128GCM" => 16, "A256GCM" or "A128CBC-HS256" => 32, _ => 64 };
        var wrapped = Base64Url.DecodeFromChars(parts[1]);
        var key = alg switch
        {
            "RSA-OAEP" => _rsa!.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA1),
            "RSA-OAEP-256" => _rsa!.Decrypt(wrapped, RSAEncryptionPadding.OaepSHA256),
            "ECDH-ES" => Agree(header.GetProperty("epk"), enc, length),
            "ECDH-ES+A128KW" => Unwrap(Agree(header.GetProperty("epk"), alg, 16), wrapped),
            "ECDH-ES+A256KW" => Unwrap(Agree(header.GetProperty("epk"), alg, 32), wrapped),
            _ => throw new CryptographicException(alg),
        };
        if (key.Length != length) throw new CryptographicException("The key has another length.");
        var (nonce, sealedText, tag) =
            (Base64Url.DecodeFromChars(parts[2]), Base64Url.DecodeFromChars(parts[3]), Base64Url.DecodeFromChars(parts[4]));
        var additional = Encoding.ASCII.GetBytes(parts[0]);
        if (enc.EndsWith("GCM", StringComparison.Ordinal))
        {
            var open = new byte[sealedText.Length];
            using var gcm = new AesGcm(key, 16);
            gcm.Decrypt(nonce, sealedText, tag, open, additional);
            return (header, Encoding.UTF8.GetString(open));
        }

        var half = length / 2;
        var bits = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bits, (ulong)additional.Length * 8);
        byte[] all = [.. additional, .. nonce, .. sealedText, .. bits];
        var mac = half == 16 ? HMACSHA256.HashData(key[..half], all) : HMACSHA512.HashData(key[..half], all);
        if (!mac.AsSpan(0, half).SequenceEqual(tag)) throw new CryptographicException("The text was changed.");
        using var aes = Aes.Create();
        aes.Key = key[half..];
        return (header, Encoding.UTF8.GetString(aes.DecryptCbc(sealedText, nonce)));
    }

    private static JsonObject Public(string kty, string kid, params (string Name, string Value)[] members)
    {
        var jwk = new JsonObject { ["kty"] = kty, ["kid"] = kid, ["use"] = "enc" };
        foreach (var (name, value) in members) jwk[name] = value;
        return jwk;
    }

    private static ECCurve CurveOf(string name) => name switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    // RFC 7518 section 4.6.2, by .NET's derivation with what stands before and after the secret.
    private byte[] Agree(JsonElement epk, string id, int length)
    {
        byte[] derived = [];
        for (byte round = 1; derived.Length < length; round++)
        {
            byte[] before = [0, 0, 0, round];
            byte[] after =
            [
                .. Number(id.Length), .. Encoding.ASCII.GetBytes(id), .. Number(0), .. Number(0), .. Number(length * 8),
            ];
            derived = [.. derived, .. Hash(epk, before, after)];
        }

        return derived[..length];
    }

    private byte[] Hash(JsonElement epk, byte[] before, byte[] after)
    {
        if (_x25519 is not null)
        {
            var theirs = PublicKey.Import(KeyAgreementAlgorithm.X25519, Part(epk, "x"), KeyBlobFormat.RawPublicKey);
            using var shared = KeyAgreementAlgorithm.X25519.Agree(
                _x25519, theirs, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport })!;
            return SHA256.HashData([.. before, .. shared.Export(SharedSecretBlobFormat.RawSharedSecret), .. after]);
        }

        using var ephemeral = ECDiffieHellman.Create(new ECParameters
        {
            Curve = CurveOf(epk.GetProperty("crv").GetString()!), Q = new() { X = Part(epk, "x"), Y = Part(epk, "y") },
        });
        return _ec!.DeriveKeyFromHash(ephemeral.PublicKey, HashAlgorithmName.SHA256, before, after);
    }

    // RFC 3394 section 2.2.2.
    private static byte[] Unwrap(byte[] wrapping, byte[] wrapped)
    {
        using var aes = Aes.Create();
        aes.Key = wrapping;
        var blocks = (wrapped.Length / 8) - 1;
        var (a, r) = (wrapped[..8], wrapped[8..]);
        for (var j = 5; j >= 0; j--)
        {
            for (var i = blocks; i >= 1; i--)
            {
                var t = BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness((long)((blocks * j) + i)));
                byte[] block = [.. a.Zip(t, (x, y) => (byte)(x ^ y)), .. r[((i - 1) * 8)..(i * 8)]];
                var open = aes.DecryptEcb(block, PaddingMode.None);
                a = open[..8];
                open[8..].CopyTo(r, (i - 1) * 8);
            }
        }

        return a.All(b => b == 0xA6) ? r : throw new CryptographicException("It was wrapped with another key.");
    }

    private static byte[] Number(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Part(JsonElement jwk, string member) => Base64Url.DecodeFromChars(jwk.GetProperty(member).GetString());

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
