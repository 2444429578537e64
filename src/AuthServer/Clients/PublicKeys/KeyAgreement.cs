using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NSec.Cryptography;

namespace AuthServer.Clients.PublicKeys;

/// <summary>A secret that this server has agreed on with a client's key (ECDH-ES, RFC 7518 section 4.6, RFC 8037 section 3.2).</summary>
/// <param name="Ephemeral">The public half of this server's key, made for this one agreement (<c>epk</c>).</param>
internal sealed record KeyAgreement(byte[] Secret, JsonObject Ephemeral)
{
    /// <exception cref="CryptographicException">The client's key is no point of its curve, or one with which everybody agrees.</exception>
    public static KeyAgreement With(JsonElement key)
    {
        return SignedText.Text(key, "crv") switch
        {
            "P-256" => OnCurve("P-256", ECCurve.NamedCurves.nistP256, key),
            "P-384" => OnCurve("P-384", ECCurve.NamedCurves.nistP384, key),
            "P-521" => OnCurve("P-521", ECCurve.NamedCurves.nistP521, key),
            _ => OnX25519(key),
        };
    }

    /// <summary>The Concat KDF of RFC 7518 section 4.6.2; <c>apu</c> and <c>apv</c> are left out, and so empty.</summary>
    /// <param name="algorithm">That the key is for: of the content, or of the wrapping.</param>
    public byte[] Derive(string algorithm, int length)
    {
        var id = Encoding.ASCII.GetBytes(algorithm);
        var text = new byte[4 + Secret.Length + 4 + id.Length + 4 + 4 + 4];
        Secret.CopyTo(text, 4);
        var at = 4 + Secret.Length;
        BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(at), id.Length);
        id.CopyTo(text, at + 4);
        BinaryPrimitives.WriteInt32BigEndian(text.AsSpan(text.Length - 4), length * 8);
        var derived = new byte[length];
        for (var (round, done) = (1, 0); done < length; round++)
        {
            BinaryPrimitives.WriteInt32BigEndian(text, round);
            var hash = SHA256.HashData(text);
            var take = Math.Min(hash.Length, length - done);
            hash.AsSpan(0, take).CopyTo(derived.AsSpan(done));
            done += take;
        }

        CryptographicOperations.ZeroMemory(text);
        return derived;
    }

    /// <summary>AES Key Wrap (RFC 3394 section 2.2.1).</summary>
    public static byte[] Wrap(byte[] wrapping, ReadOnlySpan<byte> key)
    {
        using var aes = Aes.Create();
        aes.Key = wrapping;
        var wrapped = new byte[key.Length + 8];
        key.CopyTo(wrapped.AsSpan(8));
        Span<byte> block = stackalloc byte[16];
        // Section 2.2.3.1: the value by which the client sees that it has the right key.
        block[..8].Fill(0xA6);
        for (var (round, step) = (0, 1L); round < 6; round++)
        {
            for (var at = 8; at < wrapped.Length; at += 8, step++)
            {
                wrapped.AsSpan(at, 8).CopyTo(block[8..]);
                aes.EncryptEcb(block, block, PaddingMode.None);
                block[8..].CopyTo(wrapped.AsSpan(at));
                BinaryPrimitives.WriteInt64BigEndian(block, BinaryPrimitives.ReadInt64BigEndian(block) ^ step);
            }
        }

        block[..8].CopyTo(wrapped);
        return wrapped;
    }

    private static KeyAgreement OnCurve(string name, ECCurve curve, JsonElement key)
    {
        using var theirs = ECDiffieHellman.Create(
            new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
        using var ours = ECDiffieHellman.Create(curve);
        using var peer = theirs.PublicKey;
        var point = ours.ExportParameters(includePrivateParameters: false).Q;
        return new(ours.DeriveRawSecretAgreement(peer), new JsonObject
        {
            ["kty"] = "EC", ["crv"] = name, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
        });
    }

    private static KeyAgreement OnX25519(JsonElement key)
    {
        var x25519 = KeyAgreementAlgorithm.X25519;
        using var ours = Key.Create(x25519);
        // RFC 7748 section 6.1: a point of low order agrees on zero with everybody.
        using var shared = PublicKey.TryImport(x25519, Bytes(key, "x"), KeyBlobFormat.RawPublicKey, out var theirs)
            ? x25519.Agree(ours, theirs!, new() { ExportPolicy = KeyExportPolicies.AllowPlaintextExport }) : null;
        if (shared is null) throw new CryptographicException("The point is of low order.");
        return new(shared.Export(SharedSecretBlobFormat.RawSharedSecret), new JsonObject
        {
            ["kty"] = "OKP", ["crv"] = "X25519", ["x"] = Base64Url.EncodeToString(ours.PublicKey.Export(KeyBlobFormat.RawPublicKey)),
        });
    }

    private static byte[] Bytes(JsonElement key, string member) => Base64Url.DecodeFromChars(SignedText.Text(key, member));
}
