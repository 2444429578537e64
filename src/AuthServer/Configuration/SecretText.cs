using System.Buffers.Text;
using System.Security.Cryptography;

namespace AuthServer.Configuration;

/// <summary>The text form of a 256-bit secret: hex, base64 or base64url.</summary>
public static class SecretText
{
    public const int LeastBytes = 32;

    /// <summary>The command that makes one, printed wherever a secret is missing or refused.</summary>
    public const string Command = "openssl rand -base64 32";

    // 32 random bytes have about 30 different values; fewer than 8 is a typed pattern, not chance.
    private const int LeastDifferentBytes = 8;

    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(LeastBytes));

    public static byte[]? Decode(string text, out string expected)
    {
        expected = $"at least {LeastBytes} random bytes in base64, base64url or hex";
        // Hex first: 64 hex digits are also well-formed base64, of other bytes.
        var bytes = text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text) : FromBase64(text);
        return bytes is { Length: >= LeastBytes } && bytes.Distinct().Count() >= LeastDifferentBytes ? bytes : null;
    }

    private static byte[]? FromBase64(string text)
    {
        var url = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return url.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && Base64Url.IsValid(url)
            ? Base64Url.DecodeFromChars(url) : null;
    }
}
