using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Clients.Secrets;

/// <summary>Stores client secrets as keyed digests and compares presented secrets with them.</summary>
/// <remarks>
/// <para>
/// The stored form is <c>hmac-sha256:KEY:DIGEST</c>. Because registration refuses secrets that could be guessed
/// (<see cref="ClientSecretRules"/>), the digest needs no stretching, and a comparison costs about a microsecond: no caller can load
/// the server by sending wrong secrets. Because the key is derived from SECRET_KEY, a copy of the database alone does not
/// let anyone test secrets.
/// </para>
/// <para>
/// KEY names the key, so digests under SECRET_KEY_PREVIOUS still verify. A digest moves to the current key when its client next
/// authenticates, or when its secret is registered again (a seed at the next start does that). The former form
/// <c>sha256:DIGEST</c>, which only secrets of 32 and more characters had, still verifies and moves in the same way. PBKDF2 forms of
/// shorter secrets are refused.
/// </para>
/// <para>
/// During a rotation the former secret stays valid: the stored text is then <c>NEWEST UNTIL FORMER</c>, two digests and between them
/// the seconds since 1970 at which the former one ends. No job has to remove it.
/// </para>
/// </remarks>
public sealed class ClientSecrets
{
    private const string Keyed = "hmac-sha256:";
    private const string Unkeyed = "sha256:";
    private const string Label = "authplatform/client-secrets/1";
    private const int MarkLength = 8;

    // The largest time that a DateTimeOffset holds; another SQL client may have written anything.
    private static readonly long LatestEnd = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    private readonly (string Mark, KeyedHash Key)[] _keys;
    private readonly TimeProvider _time;

    public ClientSecrets(SecretOptions secrets, TimeProvider time)
    {
        _time = time;
        byte[][] all = secrets.SecretKeyPrevious is { } previous ? [secrets.SecretKey, previous] : [secrets.SecretKey];
        _keys = [.. all.Select(s => Sealing.Derive(Label, s)).Select(k => (k.Mark.ToString("x8", null), new KeyedHash(k.Key)))];
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
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        key.Of(Encoding.UTF8.GetBytes(secret), digest);
        return $"{Keyed}{mark}:{Base64Url.EncodeToString(digest)}";
    }

    /// <summary>Whether it is the client's secret, or its former one while that is still valid.</summary>
    public bool Verify(string secret, string stored)
    {
        var isNewest = IsOf(secret, NewestOf(stored));
        if (!TryFormer(stored, out var until, out var former)) return isNewest;
        // Both are compared always, so that the time of an answer does not tell which of them matched.
        var isFormer = IsOf(secret, former);
        return isNewest || (isFormer && _time.GetUtcNow().ToUnixTimeSeconds() < until);
    }

    /// <summary>Whether the newest secret's digest is under the current SECRET_KEY.</summary>
    public bool IsUnderCurrentKey(string stored) => KeyOf(NewestOf(stored)) == _keys[0].Key;

    /// <summary>Whether a secret of the client that is valid now matches only with SECRET_KEY_PREVIOUS.</summary>
    public bool NeedsPreviousKey(string stored) => IsUnderPreviousKey(NewestOf(stored))
        || (FormerValidUntil(stored) is not null && TryFormer(stored, out _, out var former) && IsUnderPreviousKey(former));

    /// <summary>Whether this is the client's newest secret, and its stored form is the one that <see cref="Digest"/> makes today.</summary>
    public bool IsCurrent(string secret, string stored) => IsUnderCurrentKey(stored) && IsOf(secret, NewestOf(stored));

    /// <summary>The stored form with the newest secret's digest under the current key.</summary>
    /// <returns>Null when there is nothing to do, or the secret is not the newest.</returns>
    public string? Renew(string secret, string stored)
    {
        var newest = NewestOf(stored);
        return KeyOf(newest) == _keys[0].Key || !IsOf(secret, newest) ? null : string.Concat(Digest(secret), stored.AsSpan(newest.Length));
    }

    /// <summary>The stored form of a new secret, beside which the one that was the newest stays valid for a while.</summary>
    public string Rotate(string secret, string stored, TimeSpan keep)
    {
        if (keep <= TimeSpan.Zero) return Digest(secret);
        var until = (_time.GetUtcNow() + keep).ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"{Digest(secret)} {until} {NewestOf(stored)}");
    }

    /// <summary>The stored form of the newest secret alone.</summary>
    public static string WithoutFormer(string stored) => NewestOf(stored).ToString();

    /// <summary>Until when the former secret is valid; null when it is not, or there is none.</summary>
    public DateTimeOffset? FormerValidUntil(string stored) =>
        TryFormer(stored, out var until, out _) && until > _time.GetUtcNow().ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(until)
            : null;

    private bool IsUnderPreviousKey(ReadOnlySpan<char> digestText) => KeyOf(digestText) is { } key && key != _keys[0].Key;

    private bool IsOf(string secret, ReadOnlySpan<char> digestText)
    {
        // No registered secret is longer, and this bounds what a request can make the server hash.
        if (secret.Length is 0 or > ClientSecretRules.MaximumLength) return false;
        Span<byte> bytes = stackalloc byte[Encoding.UTF8.GetMaxByteCount(ClientSecretRules.MaximumLength)];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        bytes = bytes[..Encoding.UTF8.GetBytes(secret, bytes)];
        if (digestText.StartsWith(Unkeyed, StringComparison.Ordinal))
        {
            SHA256.HashData(bytes, digest);
            return Matches(digest, digestText[Unkeyed.Length..]);
        }

        if (KeyOf(digestText) is not { } key) return false;
        key.Of(bytes, digest);
        return Matches(digest, digestText[(Keyed.Length + MarkLength + 1)..]);
    }

    private static ReadOnlySpan<char> NewestOf(string stored) =>
        stored.IndexOf(' ', StringComparison.Ordinal) is >= 0 and var end ? stored.AsSpan(0, end) : stored;

    private static bool TryFormer(string stored, out long until, out ReadOnlySpan<char> former)
    {
        var rest = stored.AsSpan(NewestOf(stored).Length).TrimStart(' ');
        var end = rest.IndexOf(' ');
        former = end < 0 ? default : rest[(end + 1)..];
        until = 0;
        return end >= 0 && long.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out until) && until <= LatestEnd;
    }

    private KeyedHash? KeyOf(ReadOnlySpan<char> digestText)
    {
        if (!digestText.StartsWith(Keyed, StringComparison.Ordinal) || digestText.Length <= Keyed.Length + MarkLength) return null;
        foreach (var (mark, key) in _keys)
        {
            if (digestText.Slice(Keyed.Length, MarkLength).SequenceEqual(mark) && digestText[Keyed.Length + MarkLength] == ':') return key;
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
