using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>One round of SHA over password and salt, as LDAP servers keep it: <c>{SSHA}</c>, <c>{SSHA256}</c>, <c>{SSHA512}</c>.</summary>
internal sealed partial class SaltedShaHash : ForeignHash
{
    private readonly HashAlgorithmName _algorithm;
    private readonly byte[] _digest;
    private readonly byte[] _salt;

    private SaltedShaHash(string text, HashAlgorithmName algorithm, byte[] digest, byte[] salt)
        : base(text) => (_algorithm, _digest, _salt) = (algorithm, digest, salt);

    public static HashReading? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } match) return null;
        var (algorithm, size) = match.Groups["size"].Value switch
        {
            "256" => (HashAlgorithmName.SHA256, SHA256.HashSizeInBytes),
            "512" => (HashAlgorithmName.SHA512, SHA512.HashSizeInBytes),
            _ => (HashAlgorithmName.SHA1, SHA1.HashSizeInBytes),
        };
        return HashText.Base64OrNull(match.Groups["value"].Value) is { } bytes
            && bytes.Length > size && bytes.Length <= size + HashCost.MostSaltSize
            ? new HashReading.Accepted(new SaltedShaHash(text, algorithm, bytes[..size], bytes[size..]))
            : new HashReading.Refused($"must have, in base64, {size} bytes of digest and 1 to {HashCost.MostSaltSize} of salt after it");
    }

    public override bool Matches(byte[] password) =>
        CryptographicOperations.FixedTimeEquals(CryptographicOperations.HashData(_algorithm, [.. password, .. _salt]), _digest);

    [GeneratedRegex(@"\A\{SSHA(?<size>256|512)?\}(?<value>.*)\z", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Form();
}
