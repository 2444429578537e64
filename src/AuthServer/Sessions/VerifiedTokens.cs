using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Sessions;

/// <summary>Remembers access tokens whose signature has been checked: an app shows the same token many times in its fifteen minutes.</summary>
/// <remarks>
/// Only tokens that verified are kept, by their SHA-256, so nobody fills it with made-up ones. It never says that a token is still
/// good: its expiry and its session are asked each time. When the keys change, everything is forgotten.
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
        // Of two generations the older one is dropped as a whole: cheaper than knowing who was used last.
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

    private sealed record Generations(RingSnapshot Keys, ConcurrentDictionary<UInt128, AccessToken> Young, ConcurrentDictionary<UInt128, AccessToken> Old);
}
