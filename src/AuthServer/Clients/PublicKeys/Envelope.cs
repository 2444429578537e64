using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AuthServer.Clients.PublicKeys;

/// <summary>What a client wants a text encrypted with: <c>alg</c> and <c>enc</c> of <see cref="EncryptionAlgorithms"/>.</summary>
public sealed record EncryptedForm(string Key, string Content);

/// <summary>
/// A text for one client alone, in the compact serialization of JWE (RFC 7516): the key is agreed on, the content is still to come.
/// </summary>
/// <remarks>
/// It is made before anything is decided, so that a key that cannot be used is found while there is still something to refuse. It is for
/// one text.
/// </remarks>
public sealed class Envelope
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _header;
    private readonly byte[] _key;
    private readonly byte[] _encryptedKey;
    private readonly string _content;

    private Envelope(EncryptedForm form, ClientKey to)
    {
        _content = form.Content;
        _header = new JsonObject { ["alg"] = form.Key, ["enc"] = form.Content };
        if (to.Id is { } id) _header["kid"] = id;
        var length = EncryptionAlgorithms.KeyLengthOf(form.Content);
        if (EncryptionAlgorithms.IsOfRsa(form.Key))
        {
            _key = RandomNumberGenerator.GetBytes(length);
            using var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(to, "n"), Exponent = Bytes(to, "e") });
            _encryptedKey = rsa.Encrypt(
                _key, form.Key == EncryptionAlgorithms.RsaOaep ? RSAEncryptionPadding.OaepSHA1 : RSAEncryptionPadding.OaepSHA256);
            return;
        }

        var agreement = KeyAgreement.With(to.Json);
        _header["epk"] = agreement.Ephemeral;
        if (form.Key == EncryptionAlgorithms.Agreed)
        {
            (_key, _encryptedKey) = (agreement.Derive(form.Content, length), []);
            return;
        }

        _key = RandomNumberGenerator.GetBytes(length);
        _encryptedKey = KeyAgreement.Wrap(
            agreement.Derive(form.Key, form.Key == EncryptionAlgorithms.AgreedWrap128 ? 16 : 32), _key);
    }

    /// <returns>Null where none of the keys can be used.</returns>
    public static Envelope? To(ClientKeySet keys, EncryptedForm form)
    {
        // A row that another SQL client wrote.
        if (!EncryptionAlgorithms.Keys.Contains(form.Key) || !EncryptionAlgorithms.Contents.Contains(form.Content)) return null;
        foreach (var key in keys.ForEncryption(form.Key))
        {
            try
            {
                return new(form, key);
            }
            catch (Exception error) when (error is CryptographicException or FormatException or ArgumentException)
            {
                // A point that is not on its curve, or a modulus that is none: the next key may do.
            }
        }

        return null;
    }

    /// <param name="isJwt">Whether the content is a signed JWT, and the whole so a nested one (RFC 7519 section 5.2).</param>
    public string Seal(ReadOnlySpan<byte> content, bool isJwt)
    {
        if (isJwt) _header["cty"] = "JWT";
        else _header["typ"] = "JWT";
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(_header.ToJsonString(Plain)));
        var additional = Encoding.ASCII.GetBytes(header);
        var (nonce, sealedText, tag) = _content is EncryptionAlgorithms.Gcm128 or EncryptionAlgorithms.Gcm256
            ? Gcm(content, additional) : CbcWithHmac(content, additional);
        return string.Join('.', header, Base64Url.EncodeToString(_encryptedKey), Base64Url.EncodeToString(nonce),
            Base64Url.EncodeToString(sealedText), Base64Url.EncodeToString(tag));
    }

    // RFC 7518 section 5.3.
    private (byte[] Nonce, byte[] Text, byte[] Tag) Gcm(ReadOnlySpan<byte> content, byte[] additional)
    {
        var (nonce, text, tag) = (RandomNumberGenerator.GetBytes(12), new byte[content.Length], new byte[16]);
        using var aes = new AesGcm(_key, tag.Length);
        aes.Encrypt(nonce, content, text, tag, additional);
        return (nonce, text, tag);
    }

    // RFC 7518 section 5.2.2.1: the first half of the key is for the HMAC, the second for AES.
    private (byte[] Nonce, byte[] Text, byte[] Tag) CbcWithHmac(ReadOnlySpan<byte> content, byte[] additional)
    {
        var half = _key.Length / 2;
        using var aes = Aes.Create();
        aes.Key = _key[half..];
        var nonce = RandomNumberGenerator.GetBytes(16);
        var text = aes.EncryptCbc(content, nonce);
        var bits = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bits, additional.Length * 8L);
        byte[] authenticated = [.. additional, .. nonce, .. text, .. bits];
        var mac = half == 16 ? HMACSHA256.HashData(_key[..half], authenticated) : HMACSHA512.HashData(_key[..half], authenticated);
        return (nonce, text, mac[..half]);
    }

    private static byte[] Bytes(ClientKey key, string member) => Base64Url.DecodeFromChars(SignedText.Text(key.Json, member));
}
