using System.Security.Cryptography;

namespace AuthServer.Data.Encryption.Pages;

/// <summary>
/// Random nonces for <see cref="XaesGcm"/>. The first half is one for all pages of a while, so that their key is made once.
/// </summary>
internal sealed class Nonces
{
    // NIST SP 800-38D section 8.3 allows 2^32 random nonces of 96 bits for one key; the first half changes long before.
    private const int MostWithOneKey = 1 << 28;

    // One call for many nonces: it costs more than the bytes.
    private const int Ahead = 64 * XaesGcm.HalfNonce;

    private static readonly Lock Changing = new();
    private static byte[] _first = RandomNumberGenerator.GetBytes(XaesGcm.HalfNonce);
    private static int _used;

    private readonly byte[] _random = new byte[Ahead];
    private int _next = Ahead;

    public void Next(Span<byte> nonce)
    {
        if (_next == Ahead)
        {
            RandomNumberGenerator.Fill(_random);
            _next = 0;
        }
        First().CopyTo(nonce);
        _random.AsSpan(_next, XaesGcm.HalfNonce).CopyTo(nonce[XaesGcm.HalfNonce..]);
        _next += XaesGcm.HalfNonce;
    }

    private static byte[] First()
    {
        if (Interlocked.Increment(ref _used) < MostWithOneKey) return Volatile.Read(ref _first);
        lock (Changing)
        {
            if (Volatile.Read(ref _used) >= MostWithOneKey)
            {
                Volatile.Write(ref _first, RandomNumberGenerator.GetBytes(XaesGcm.HalfNonce));
                Volatile.Write(ref _used, 0);
            }
            return _first;
        }
    }
}
