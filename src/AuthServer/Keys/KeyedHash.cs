using System.Security.Cryptography;

namespace AuthServer.Keys;

/// <summary>HMAC-SHA-256 (RFC 2104) under one key, for the hashes that most requests compute.</summary>
/// <remarks>
/// Each thread keeps a prepared state: in a one-shot HMAC of a short text most of the time is the preparation of the key (0.5 µs
/// instead of 1.4 µs, docs/performance.md).
/// </remarks>
#pragma warning disable CA1001 // Keys live as long as the process, and the states as long as their threads.
public sealed class KeyedHash(byte[] key)
#pragma warning restore CA1001
{
    public const int Size = HMACSHA256.HashSizeInBytes;

    private readonly ThreadLocal<IncrementalHash> _state = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key));

    /// <param name="mac">Of <see cref="Size"/> bytes.</param>
    public void Of(ReadOnlySpan<byte> data, Span<byte> mac)
    {
        var state = _state.Value!;
        state.AppendData(data);
        state.GetHashAndReset(mac);
    }
}
