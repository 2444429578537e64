using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Protocol.Pending;

/// <summary>The codes that a device shows and a person types (RFC 8628 section 6.1), and the hashes by which rows know them.</summary>
public sealed class UserCodes(SecretOptions secrets)
{
    /// <summary>Letters without the separator.</summary>
    public const int Length = 8;

    // RFC 8628 section 6.1: consonants make no words, and nothing among them looks like a digit.
    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";

    private const string Label = "authplatform/user-codes/1";

    // The second is that of SECRET_KEY_PREVIOUS: a code that is shown survives a change of the secret.
    private readonly byte[][] _keys = [.. new[] { secrets.SecretKey, secrets.SecretKeyPrevious }.OfType<byte[]>()
        .Select(secret => Sealing.Derive(Label, secret).Key)];

    public static string New() => RandomNumberGenerator.GetString(Letters, Length);

    /// <summary>As a device shows it: two groups.</summary>
    public static string Shown(string code) => $"{code[..(Length / 2)]}-{code[(Length / 2)..]}";

    /// <summary>The code in what a person typed: in any case, with separators or without.</summary>
    /// <returns>Null for a text that can be no code.</returns>
    public static string? Read(string? typed)
    {
        if (typed is not { Length: > 0 and <= 64 }) return null;
        var code = string.Concat(typed.Where(c => !char.IsWhiteSpace(c) && !char.IsPunctuation(c)).Select(char.ToUpperInvariant));
        return code.Length == Length && code.All(c => Letters.Contains(c, StringComparison.Ordinal)) ? code : null;
    }

    /// <summary>Under which a new code is stored.</summary>
    public string Hash(string code) => Hash(_keys[0], code);

    /// <summary>Under which a code may be stored.</summary>
    public IEnumerable<string> Hashes(string code) => _keys.Select(key => Hash(key, code));

    private static string Hash(byte[] key, string code) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(code)));
}
