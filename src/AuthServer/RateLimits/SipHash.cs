using System.Buffers.Binary;
using System.Numerics;

namespace AuthServer.RateLimits;

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein, 2012) of one 64-bit word: a keyed hash whose values a caller cannot predict, in some 20
/// nanoseconds.
/// </summary>
internal sealed class SipHash(ulong key0, ulong key1)
{
    public const int KeySize = 16;

    /// <param name="key">Of <see cref="KeySize"/> bytes.</param>
    public static SipHash Of(ReadOnlySpan<byte> key) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));

    public ulong Of(ulong word)
    {
        var v0 = key0 ^ 0x736f6d6570736575;
        var v1 = key1 ^ 0x646f72616e646f6d;
        var v2 = key0 ^ 0x6c7967656e657261;
        var v3 = key1 ^ 0x7465646279746573;

        // The word, then the closing block that holds the length of eight bytes.
        Take(word);
        Take(8UL << 56);
        v2 ^= 0xff;
        for (var i = 0; i < 4; i++) Round();
        return v0 ^ v1 ^ v2 ^ v3;

        void Take(ulong block)
        {
            v3 ^= block;
            Round();
            Round();
            v0 ^= block;
        }

        void Round()
        {
            v0 += v1;
            v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
            v0 = BitOperations.RotateLeft(v0, 32);
            v2 += v3;
            v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
            v2 = BitOperations.RotateLeft(v2, 32);
        }
    }
}
