using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Sessions;

/// <summary>The content of a refresh token whose MAC is right. Whether it is the current one only the session row knows.</summary>
public sealed record RefreshToken(string Text, Guid SessionId, int Counter, byte[] Secret)
{
    public string Hash => TokenHash.Of(Text);
}

/// <summary>Makes and reads refresh tokens: opaque, self-authenticating, and derived one from the other.</summary>
/// <remarks>
/// base64url of: format version (1), key mark (4), session id (16), rotation counter (4), secret (16), MAC (16).
/// A forged token is refused without a database query. A successor derives from the presented token and a key of the ring:
/// a repeated request gets the same one, and it cannot be computed without both.
/// </remarks>
public sealed class RefreshTokens(KeyRing ring)
{
    private const byte Version = 1;
    private const int SecretSize = 16, MacSize = 16, BodySize = 1 + 4 + 16 + 4 + SecretSize, Size = BodySize + MacSize;

    /// <summary>Length of every refresh token in characters.</summary>
    public static int Length { get; } = Base64Url.EncodeToString(new byte[Size]).Length;

    public RefreshToken First(Guid sessionId) =>
        Write(Active, sessionId, 0, RandomNumberGenerator.GetBytes(SecretSize));

    public RefreshToken Successor(RefreshToken presented) => Successor(presented, Active);

    /// <summary>The successors by every key of the ring, because a key rotation may come between a request and its retry.</summary>
    public IEnumerable<RefreshToken> Successors(RefreshToken presented) =>
        ring.Current.Refresh.Select(key => Successor(presented, key));

    /// <returns>Null unless a key of the ring made it.</returns>
    public RefreshToken? Read(string text)
    {
        if (text.Length != Length) return null;
        Span<byte> bytes = stackalloc byte[Size], mac = stackalloc byte[MacSize];
        if (!TryDecode(text, bytes) || bytes[0] != Version) return null;
        var mark = BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]);
        foreach (var key in ring.Current.Refresh)
        {
            if (key.Mark != mark) continue;
            Mac(key, bytes[..BodySize], mac);
            if (!CryptographicOperations.FixedTimeEquals(mac, bytes[BodySize..])) continue;
            return new(
                text, new Guid(bytes.Slice(5, 16), bigEndian: true), BinaryPrimitives.ReadInt32BigEndian(bytes[21..]),
                bytes.Slice(25, SecretSize).ToArray());
        }

        return null;
    }

    /// <summary>Whether a text has the form of a refresh token, and not of a JWT.</summary>
    public static bool HasForm(string? text) => text?.Length == Length && !text.Contains('.', StringComparison.Ordinal);

    private SecretRingKey Active => ring.Current.Refresh[0];

    private static RefreshToken Successor(RefreshToken presented, SecretRingKey key)
    {
        Span<byte> input = stackalloc byte[9 + 16 + 4 + SecretSize], derived = stackalloc byte[KeyedHash.Size];
        "refresh/1"u8.CopyTo(input);
        presented.SessionId.TryWriteBytes(input[9..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(input[25..], presented.Counter + 1);
        presented.Secret.CopyTo(input[29..]);
        key.Mac.Of(input, derived);
        return Write(key, presented.SessionId, presented.Counter + 1, derived[..SecretSize].ToArray());
    }

    private static RefreshToken Write(SecretRingKey key, Guid sessionId, int counter, byte[] secret)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(bytes[1..], key.Mark);
        sessionId.TryWriteBytes(bytes[5..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(bytes[21..], counter);
        secret.CopyTo(bytes[25..]);
        Mac(key, bytes[..BodySize], bytes[BodySize..]);
        return new(Base64Url.EncodeToString(bytes), sessionId, counter, secret);
    }

    private static void Mac(SecretRingKey key, ReadOnlySpan<byte> body, Span<byte> mac)
    {
        var label = "refresh-mac/1"u8;
        Span<byte> input = stackalloc byte[label.Length + BodySize], whole = stackalloc byte[KeyedHash.Size];
        label.CopyTo(input);
        body.CopyTo(input[label.Length..]);
        key.Mac.Of(input, whole);
        whole[..MacSize].CopyTo(mac);
    }

    private static bool TryDecode(string text, Span<byte> bytes) =>
        Base64Url.IsValid(text) &&
        Base64Url.TryDecodeFromChars(text, bytes, out var written) && written == Size;
}

/// <summary>The form in which a valid secret is stored.</summary>
public static class TokenHash
{
    private const int LongestOnStack = 128;

    /// <summary>
    /// Lower-case hex SHA-256 of the whole text. A fast hash is enough, because the secrets have at least 128 random bits.
    /// </summary>
    public static string Of(string text)
    {
        Span<byte> bytes = text.Length <= LongestOnStack ? stackalloc byte[3 * LongestOnStack] : new byte[3 * text.Length];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The hash of random bytes that are thrown away, for a session without a token.</summary>
    public static string OfNothing() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
