using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>
/// phpass's portable form, of WordPress before 6.8 (<c>$P$</c>) and of phpBB 3 (<c>$H$</c>): many rounds of MD5 with a salt.
/// </summary>
internal sealed partial class PhpassHash : ForeignHash
{
    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // As phpass itself: each round reads the whole password.
    private const int LongestPassword = 4096;

    private readonly int _log;
    private readonly byte[] _salt;
    private readonly byte[] _output;

    private PhpassHash(string text, int log, byte[] salt, byte[] output)
        : base(text) => (_log, _salt, _output) = (log, salt, output);

    public static HashReading? Read(string text)
    {
        if (!text.StartsWith("$P$", StringComparison.Ordinal) && !text.StartsWith("$H$", StringComparison.Ordinal)) return null;
        if (Form().Match(text) is not { Success: true } match)
        {
            return new HashReading.Refused("is not a whole phpass hash, such as $P$B and 30 characters of ./0-9A-Za-z");
        }
        return Alphabet.IndexOf(match.Groups["log"].Value[0], StringComparison.Ordinal) is var log
            && log is < HashCost.LeastPhpassLog or > HashCost.MostPhpassLog
            ? new HashReading.Refused(
                $"must have from 2^{HashCost.LeastPhpassLog} to 2^{HashCost.MostPhpassLog} rounds (the fourth character says it)")
            : new HashReading.Accepted(new PhpassHash(
                text, log, Encoding.ASCII.GetBytes(match.Groups["salt"].Value), Encoding.ASCII.GetBytes(match.Groups["hash"].Value)));
    }

    public override bool Matches(byte[] password)
    {
        if (password.Length > LongestPassword) return false;
#pragma warning disable CA5351 // The other system chose MD5; the first sign-in replaces it.
        var digest = MD5.HashData([.. _salt, .. password]);
        var next = new byte[digest.Length + password.Length];
        password.CopyTo(next, digest.Length);
        for (var round = 0; round < 1 << _log; round++)
        {
            digest.CopyTo(next, 0);
            MD5.HashData(next, digest);
        }
#pragma warning restore CA5351
        return CryptographicOperations.FixedTimeEquals(Encoded(digest), _output);
    }

    // Three bytes are four characters, the lowest bits first; the sixteenth byte alone is two.
    private static byte[] Encoded(byte[] digest)
    {
        var text = new StringBuilder();
        for (var i = 0; i < digest.Length; i += 3)
        {
            var rest = Math.Min(3, digest.Length - i);
            var bits = 0;
            for (var j = 0; j < rest; j++) bits |= digest[i + j] << (8 * j);
            for (var j = 0; j <= rest; j++) text.Append(Alphabet[(bits >> (6 * j)) & 63]);
        }
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    [GeneratedRegex(@"\A\$[PH]\$(?<log>[./0-9A-Za-z])(?<salt>[./0-9A-Za-z]{8})(?<hash>[./0-9A-Za-z]{22})\z")]
    private static partial Regex Form();
}
