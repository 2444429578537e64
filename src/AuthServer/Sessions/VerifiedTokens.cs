using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Sessions;

/// <summary>A cache of access tokens whose signature has been verified.</summary>
/// <remarks>
/// An app presents the same token many times in its fifteen minutes, and a verification costs more than the rest of a request.
/// The key is the SHA-256 of the token. Only tokens that verified are kept, so a caller cannot fill the cache with invented ones.
/// It says nothing of expiry and session, which are checked each time. When the key set changes, everything is forgotten.
/// </remarks>
internal sealed class VerifiedTokens
{
    private const int MostPerGeneration = 8_192;

    private Generations _current = new(RingSnapshot.Empty, [], []);

    public AccessToken? GetOrAdd(RingSnapshot keys, string text, Func<RingSnapshot, string, AccessToken?> verify)
    {
        var current = Volatile.Read(ref _current);
        if (!ReferenceEquals(current.Keys, keys)) Volatile.Write(ref _current, current = new(keys, [], []));
        var mark = Mark(text);
        if (current.Young.TryGetValue(mark, out var token)) return token;
        if (!current.Old.TryGetValue(mark, out token) && (token = verify(keys, text)) is null) return null;
        // The older of two generations is dropped as a whole, which is cheaper than tracking the last use of each token.
        if (current.Young.Count >= MostPerGeneration) Volatile.Write(ref _current, current = new(keys, [], current.Young));
        current.Young[mark] = token;
        return token;
    }

    private static UInt128 Mark(string text)
    {
        Span<byte> bytes = stackalloc byte[8 * 1024];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.ASCII.GetBytes(text, bytes)], hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    private sealed record Generations(
        RingSnapshot Keys, ConcurrentDictionary<UInt128, AccessToken> Young, ConcurrentDictionary<UInt128, AccessToken> Old);
}
