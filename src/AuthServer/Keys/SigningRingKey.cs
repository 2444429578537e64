using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>An opened asymmetric key with its name in JWKS; it signs tokens (RFC 7515 section 5.1, compact serialization).</summary>
public sealed record SigningRingKey(string Kid, string Algorithm, SigningCredentials Credentials)
{
    // Room for an RSA signature of 4096 bits.
    private const int LongestSignature = 512;

    // The default encoder writes "at+jwt" as "at\u002Bjwt", which is equal JSON but unreadable in a decoded token.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ConcurrentDictionary<string, string> _headers = new(StringComparer.Ordinal);

    // Safe for concurrent use: Microsoft.IdentityModel keeps a pool of the native handles, which are not.
    private readonly SignatureProvider _signer = Credentials.Key.CryptoProviderFactory.CreateForSigning(Credentials.Key, Algorithm);
    private readonly SignatureProvider _verifier = Credentials.Key.CryptoProviderFactory.CreateForVerifying(Credentials.Key, Algorithm);

    /// <summary>The encoded header of every token of a type that this key signs.</summary>
    public string HeaderOf(string type) => _headers.GetOrAdd(type, Header);

    // RFC 7518 section 3.4: R and S of 32 octets each; section 3.3 and RFC 8017 section 8.2.2: as long as the modulus.
    private readonly int _signatureSize = Algorithm == RingKeys.Es256 ? 64 : Credentials.Key.KeySize / 8;

    /// <param name="input">Encoded header, dot and encoded payload in ASCII.</param>
    public bool Verifies(byte[] input, byte[] signature) =>
        // The provider throws on an empty signature instead of refusing it.
        signature.Length == _signatureSize && _verifier.Verify(input, signature);

    /// <param name="type">The <c>typ</c> of the header, such as at+jwt (RFC 9068 section 2.1).</param>
    /// <param name="claims">The payload: a JSON object in UTF-8.</param>
    public string Sign(string type, ReadOnlySpan<byte> claims)
    {
        var header = HeaderOf(type);
        var signedLength = header.Length + 1 + Base64Url.GetEncodedLength(claims.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(signedLength + 1 + Base64Url.GetEncodedLength(LongestSignature));
        try
        {
            Encoding.ASCII.GetBytes(header, buffer);
            buffer[header.Length] = (byte)'.';
            Base64Url.EncodeToUtf8(claims, buffer.AsSpan(header.Length + 1));
            Span<byte> signature = stackalloc byte[LongestSignature];
            if (!_signer.Sign(buffer.AsSpan(0, signedLength), signature, out var size))
            {
                throw new InvalidOperationException("The signature exceeds its buffer.");
            }

            buffer[signedLength] = (byte)'.';
            var length = signedLength + 1 + Base64Url.EncodeToUtf8(signature[..size], buffer.AsSpan(signedLength + 1));
            return Encoding.ASCII.GetString(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string Header(string type) => Base64Url.EncodeToString(
        JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["alg"] = Algorithm, ["kid"] = Kid, ["typ"] = type }, Plain));
}
