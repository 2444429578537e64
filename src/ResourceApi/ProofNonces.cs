using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace ResourceApi;

/// <summary>The nonces of DPoP proofs (RFC 9449 section 9): a time and its MAC, so that none is stored.</summary>
/// <remarks>
/// Without DPOP_NONCE_KEY the key is that of this process. Instances of an API that answer under one name need one key for all, or clients
/// are sent back and forth.
/// </remarks>
public sealed class ProofNonces(ApiSettings settings, TimeProvider time)
{
    public const string Header = "DPoP-Nonce";

    private const int TimeSize = 8, Size = TimeSize + 16, PeriodSeconds = 30;

    /// <summary>How many periods a nonce is accepted for: five minutes.</summary>
    private const int Periods = 10;

    private readonly byte[] _key = settings.NonceKey ?? RandomNumberGenerator.GetBytes(32);

    public string Current() => At(Period());

    public bool Accepts(string nonce)
    {
        var now = Period();
        // Every nonce that is good is made again: there are few, and nothing of what was sent has to be read.
        return nonce.Length == Base64Url.GetEncodedLength(Size) && Enumerable.Range(0, Periods).Any(back => CryptographicOperations
            .FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(nonce), System.Text.Encoding.UTF8.GetBytes(At(now - back))));
    }

    private string At(long period)
    {
        Span<byte> nonce = stackalloc byte[Size], mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        BinaryPrimitives.WriteInt64BigEndian(nonce, period);
        HMACSHA256.HashData(_key, nonce[..TimeSize], mac);
        mac[..(Size - TimeSize)].CopyTo(nonce[TimeSize..]);
        return Base64Url.EncodeToString(nonce);
    }

    private long Period() => time.GetUtcNow().ToUnixTimeSeconds() / PeriodSeconds;
}
