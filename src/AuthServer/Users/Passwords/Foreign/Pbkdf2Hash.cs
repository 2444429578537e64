using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>
/// PBKDF2 (RFC 8018) as ASP.NET Core Identity (versions 2 and 3), Django and passlib write it; Keycloak's becomes the form of passlib.
/// </summary>
internal sealed partial class Pbkdf2Hash : ForeignHash
{
    private const int IdentityHeaderSize = 13;

    private readonly HashAlgorithmName _algorithm;
    private readonly int _iterations;
    private readonly byte[] _salt;
    private readonly byte[] _output;

    private Pbkdf2Hash(string text, HashAlgorithmName algorithm, int iterations, byte[] salt, byte[] output)
        : base(text) => (_algorithm, _iterations, _salt, _output) = (algorithm, iterations, salt, output);

    public static HashReading? Read(string text)
    {
        if (Django().Match(text) is { Success: true } django)
        {
            return Of(text, django, Encoding.UTF8.GetBytes(django.Groups["salt"].Value));
        }
        if (Passlib().Match(text) is { Success: true } passlib) return Of(text, passlib, Adapted(passlib.Groups["salt"].Value));
        if (text.StartsWith("pbkdf2_", StringComparison.Ordinal) || text.StartsWith("$pbkdf2", StringComparison.Ordinal))
        {
            return new HashReading.Refused(
                "is not in a known form of PBKDF2, such as pbkdf2_sha256$600000$salt$hash or $pbkdf2-sha512$210000$salt$hash");
        }
        return Identity(text);
    }

    /// <summary>The form of passlib, whose base64 has a dot for the plus sign and no padding.</summary>
    internal static string PasslibText(string algorithm, int iterations, byte[] salt, byte[] output) => string.Create(
        CultureInfo.InvariantCulture, $"${algorithm}${iterations}${Adapted(salt)}${Adapted(output)}");

    private static HashReading Of(string text, Match match, byte[]? salt)
    {
        var algorithm = match.Groups["algorithm"].Value switch
        {
            "sha256" => HashAlgorithmName.SHA256,
            "sha512" => HashAlgorithmName.SHA512,
            _ => HashAlgorithmName.SHA1,
        };
        return Checked(text, algorithm, HashText.Number(match.Groups["iterations"].ValueSpan), salt, Adapted(match.Groups["hash"].Value));
    }

    // Version 2: 0, salt of 16, output of 32 bytes; 1000 rounds of HMAC-SHA-1. Version 3: 1, then function, iterations and size of the salt
    // as big-endian numbers of four bytes, salt, output.
    private static HashReading? Identity(string text)
    {
        if (!text.StartsWith('A') || text.Length % 4 != 0 || HashText.Base64OrNull(text) is not { Length: > IdentityHeaderSize } bytes)
        {
            return null;
        }
        if (bytes[0] == 0 && bytes.Length == 49) return Checked(text, HashAlgorithmName.SHA1, 1000, bytes[1..17], bytes[17..]);
        if (bytes[0] != 1) return null;
        HashAlgorithmName? algorithm = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)) switch
        {
            0 => HashAlgorithmName.SHA1,
            1 => HashAlgorithmName.SHA256,
            2 => HashAlgorithmName.SHA512,
            _ => null,
        };
        var iterations = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5));
        var saltSize = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(9));
        if (algorithm is null || saltSize > bytes.Length - IdentityHeaderSize)
        {
            return new HashReading.Refused("begins like a hash of ASP.NET Core Identity and goes on otherwise");
        }
        var end = IdentityHeaderSize + (int)saltSize;
        return Checked(text, algorithm.Value, iterations, bytes[IdentityHeaderSize..end], bytes[end..]);
    }

    private static HashReading Checked(string text, HashAlgorithmName algorithm, long iterations, byte[]? salt, byte[]? output)
    {
        if (!HashText.IsSize(salt, 1, HashCost.MostSaltSize))
        {
            return new HashReading.Refused($"must have a salt of 1 to {HashCost.MostSaltSize} bytes");
        }
        if (!HashText.IsSize(output, HashCost.LeastOutputSize, HashCost.MostOutputSize))
        {
            return new HashReading.Refused($"must have a hash of {HashCost.LeastOutputSize} to {HashCost.MostOutputSize} bytes");
        }
        var size = algorithm == HashAlgorithmName.SHA512 ? SHA512.HashSizeInBytes
            : algorithm == HashAlgorithmName.SHA256 ? SHA256.HashSizeInBytes : SHA1.HashSizeInBytes;
        var blocks = (output!.Length + size - 1) / size;
        return iterations < 1 || iterations * blocks > HashCost.MostPbkdf2Iterations
            ? new HashReading.Refused($"must have from 1 to {HashCost.MostPbkdf2Iterations / blocks} iterations")
            : new HashReading.Accepted(new Pbkdf2Hash(text, algorithm, (int)iterations, salt!, output));
    }

    public override bool Matches(byte[] password) => CryptographicOperations.FixedTimeEquals(
        Rfc2898DeriveBytes.Pbkdf2(password, _salt, _iterations, _algorithm, _output.Length), _output);

    private static byte[]? Adapted(string text) => HashText.Base64OrNull(text.Replace('.', '+'));

    private static string Adapted(byte[] bytes) => HashText.Unpadded(bytes).Replace('+', '.');

    [GeneratedRegex(
        @"\Apbkdf2_(?<algorithm>sha1|sha256)\$(?<iterations>[0-9]{1,8})\$(?<salt>[^$]{1,64})\$(?<hash>[A-Za-z0-9+/]{1,100}={0,2})\z")]
    private static partial Regex Django();

    [GeneratedRegex(
        @"\A\$pbkdf2(-(?<algorithm>sha256|sha512))?\$(?<iterations>[0-9]{1,8})"
        + @"\$(?<salt>[A-Za-z0-9./]{1,100})\$(?<hash>[A-Za-z0-9./]{1,100})\z")]
    private static partial Regex Passlib();
}
