using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using AuthServer.Keys;

namespace AuthServer.Sessions.Senders;

/// <summary>
/// The nonces of DPoP proofs (RFC 9449 section 8): a time and its MAC, so that every replica knows them and none is stored.
/// </summary>
/// <remarks>One nonce serves everybody for half a minute; it says when a proof was made, and the jti that it is used once.</remarks>
public sealed class DPoPNonces(KeyRing ring, TimeProvider time)
{
    private const int TimeSize = 8, MacSize = 16, Seconds = 30;

    /// <summary>How many periods a nonce is accepted for, its own included.</summary>
    private const int Periods = 10;

    public string Current()
    {
        Span<byte> nonce = stackalloc byte[TimeSize + MacSize];
        BinaryPrimitives.WriteInt64BigEndian(nonce, Period());
        Mac(ring.Current.Refresh[0], nonce[..TimeSize], nonce[TimeSize..]);
        return Base64Url.EncodeToString(nonce);
    }

    public bool Accepts(string? nonce)
    {
        Span<byte> bytes = stackalloc byte[TimeSize + MacSize], mac = stackalloc byte[MacSize];
        if (nonce?.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(nonce)
            || !Base64Url.TryDecodeFromChars(nonce, bytes, out var written) || written != bytes.Length)
        {
            return false;
        }

        foreach (var key in ring.Current.Refresh)
        {
            Mac(key, bytes[..TimeSize], mac);
            if (!CryptographicOperations.FixedTimeEquals(mac, bytes[TimeSize..])) continue;
            // One period ahead: the clock of another replica.
            var age = Period() - BinaryPrimitives.ReadInt64BigEndian(bytes);
            return age is >= -1 and < Periods;
        }

        return false;
    }

    private long Period() => time.GetUtcNow().ToUnixTimeSeconds() / Seconds;

    // The key of refresh tokens, under a label of its own.
    private static void Mac(SecretRingKey key, ReadOnlySpan<byte> period, Span<byte> mac)
    {
        var label = "dpop-nonce/1"u8;
        Span<byte> input = stackalloc byte[label.Length + TimeSize], whole = stackalloc byte[KeyedHash.Size];
        label.CopyTo(input);
        period.CopyTo(input[label.Length..]);
        key.Mac.Of(input, whole);
        whole[..MacSize].CopyTo(mac);
    }
}
