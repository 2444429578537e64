using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Clients.Secrets;

/// <summary>Stores client secrets as keyed digests and compares presented secrets with them.</summary>
/// <remarks>
/// <para>
/// The stored form is <c>hmac-sha256:KEY:DIGEST</c>. Because registration refuses secrets that could be guessed
/// (<see cref="ClientSecretRules"/>), the digest needs no stretching, and a comparison costs about a microsecond: nobody can load
/// the server by sending wrong secrets. Because the key is derived from SECRET_KEY, a copy of the database alone does not
/// let anyone test secrets.
/// </para>
/// <para>
/// KEY names the key, so digests under SECRET_KEY_PREVIOUS still verify. A digest moves to the current key when its secret is registered
/// again (a seed at the next start does that). The former form <c>sha256:DIGEST</c>, which only secrets of 32 and more
/// characters had, still verifies and moves in the same way. PBKDF2 forms of shorter secrets are refused.
/// </para>
/// </remarks>
public sealed class ClientSecrets
{
    private const string Keyed = "hmac-sha256:";
    private const string Unkeyed = "sha256:";
    private const string Label = "authplatform/client-secrets/1";
    private const int MarkLength = 8;

    private readonly (string Mark, byte[] Key)[] _keys;

    public ClientSecrets(SecretOptions secrets)
    {
        byte[][] all = secrets.SecretKeyPrevious is { } previous ? [secrets.SecretKey, previous] : [secrets.SecretKey];
        _keys = [.. all.Select(s => Sealing.Derive(Label, s)).Select(k => (k.Mark.ToString("x8", null), k.Key))];
    }

    /// <summary>256 random bits in hex: the same text in a form, in a URL and in HTTP Basic (RFC 6749 section 2.3.1).</summary>
    public static string Generate() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether the stored text is in a form that a secret can match.</summary>
    public static bool Knows(string stored) =>
        stored.StartsWith(Keyed, StringComparison.Ordinal) || stored.StartsWith(Unkeyed, StringComparison.Ordinal);

    /// <exception cref="ArgumentException">The secret could be guessed; the message says how to make a better one.</exception>
    public string Digest(string secret)
    {
        if (ClientSecretRules.Fault(secret) is { } fault) throw new ArgumentException("client_secret " + fault, nameof(secret));
        var (mark, key) = _keys[0];
        return $"{Keyed}{mark}:{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(secret)))}";
    }

    public bool Verify(string secret, string stored)
    {
        // No registered secret is longer, and this bounds what a request can make the server hash.
        if (secret.Length is 0 or > ClientSecretRules.MaximumLength) return false;
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(ClientSecretRules.MaximumLength)];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        bytes = bytes[..Encoding.UTF8.GetBytes(secret, bytes)];
        if (stored.StartsWith(Unkeyed, StringComparison.Ordinal))
        {
            SHA256.HashData(bytes, digest);
            return Matches(digest, stored.AsSpan(Unkeyed.Length));
        }

        if (KeyOf(stored) is not { } key) return false;
        HMACSHA256.HashData(key, bytes, digest);
        return Matches(digest, stored.AsSpan(Keyed.Length + MarkLength + 1));
    }

    /// <summary>Whether this is the secret, and its stored form is the one that <see cref="Digest"/> makes today.</summary>
    public bool IsCurrent(string secret, string stored) =>
        KeyOf(stored) == _keys[0].Key && Verify(secret, stored);

    private byte[]? KeyOf(string stored)
    {
        if (!stored.StartsWith(Keyed, StringComparison.Ordinal) || stored.Length <= Keyed.Length + MarkLength) return null;
        foreach (var (mark, key) in _keys)
        {
            if (stored.AsSpan(Keyed.Length, MarkLength).SequenceEqual(mark) && stored[Keyed.Length + MarkLength] == ':') return key;
        }

        return null;
    }

    private static bool Matches(ReadOnlySpan<byte> digest, ReadOnlySpan<char> stored)
    {
        Span<byte> right = stackalloc byte[SHA256.HashSizeInBytes];
        // Another SQL client may have written anything, and TryDecodeFromChars throws on other letters.
        return Base64Url.DecodeFromChars(stored, right, out _, out var written) == OperationStatus.Done
            && written == right.Length && CryptographicOperations.FixedTimeEquals(digest, right);
    }
}
