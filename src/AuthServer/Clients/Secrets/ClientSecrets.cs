using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Clients.Secrets;

/// <summary>Makes, stores and compares client secrets.</summary>
/// <remarks>
/// A long random secret cannot be guessed, so one SHA-256 protects it and costs a request nothing. A short one is somebody's word: it is stretched.
/// </remarks>
public static class ClientSecrets
{
    private const string Fast = "sha256:";
    private const string Stretched = "pbkdf2-sha256:";
    private const int LongEnough = 32;
    private const int Iterations = 20_000;

    /// <summary>256 random bits in base64url: safe in a form and in HTTP Basic (RFC 6749 section 2.3.1), where "+" would become a space.</summary>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hash(string secret)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        if (secret.Length >= LongEnough) return Fast + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
        var salt = RandomNumberGenerator.GetBytes(16);
        return string.Create(CultureInfo.InvariantCulture, $"{Stretched}{Iterations}:{Base64Url.EncodeToString(salt)}:{Base64Url.EncodeToString(Stretch(secret, salt, Iterations))}");
    }

    /// <summary>Whether the stored text is in a form of ours.</summary>
    public static bool Knows(string stored) =>
        IsFast(stored) || stored.StartsWith(Stretched, StringComparison.Ordinal);

    /// <summary>Whether comparing with it costs next to nothing.</summary>
    public static bool IsFast(string stored) => stored.StartsWith(Fast, StringComparison.Ordinal);

    public static bool Verify(string secret, string stored)
    {
        ArgumentException.ThrowIfNullOrEmpty(secret);
        if (IsFast(stored))
        {
            return CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(secret)), Base64Url.DecodeFromChars(stored.AsSpan(Fast.Length)));
        }
        if (!stored.StartsWith(Stretched, StringComparison.Ordinal)) return false;
        var parts = stored[Stretched.Length..].Split(':');
        return parts.Length == 3
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            && iterations is > 0 and <= 1_000_000
            && CryptographicOperations.FixedTimeEquals(
                Stretch(secret, Base64Url.DecodeFromChars(parts[1]), iterations), Base64Url.DecodeFromChars(parts[2]));
    }

    private static byte[] Stretch(string secret, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(secret, salt, iterations, HashAlgorithmName.SHA256, 32);
}
