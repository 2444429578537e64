using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Users.Passwords;

/// <summary>
/// Passwords that were stolen elsewhere, from a folder of ranges as Have I Been Pwned gives them out: a file for each first five digits of
/// a SHA-1, with the other 35 digits and how often the password was seen in each line.
/// </summary>
/// <remarks>A question reads one file, some 40 KB of a million files.</remarks>
public sealed partial class BreachedPasswords(string directory, ILogger<BreachedPasswords> logger)
{
    private const int PrefixLength = 5;
    private const int SuffixLength = 35;

    public bool Contain(string password)
    {
#pragma warning disable CA5350 // The list is one of SHA-1; nothing is protected by it.
        var digest = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(password)));
#pragma warning restore CA5350
        try
        {
            // Some ranges are padded with lines that were seen 0 times.
            return File.ReadLines(PathOf(directory, digest[..PrefixLength])).Any(line =>
                line.AsSpan().StartsWith(digest.AsSpan(PrefixLength), StringComparison.OrdinalIgnoreCase)
                && !line.EndsWith(":0", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The other rules hold; that nobody gets an account while a disk is away would be worse.
            LogUnreadable(logger, exception, directory);
            return false;
        }
    }

    /// <summary>What keeps a folder from being used, as the rest of a sentence; looks at sixteen files of it.</summary>
    public static string? Fault(string directory)
    {
        foreach (var digit in "0123456789ABCDEF")
        {
            var path = PathOf(directory, new string(digit, PrefixLength));
            try
            {
                if (!IsLine(File.ReadLines(path).FirstOrDefault("")))
                {
                    return $"{path} does not begin with 35 hexadecimal digits, a colon and a number";
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return $"{path} cannot be read";
            }
        }
        return null;
    }

    private static string PathOf(string directory, string prefix) => Path.Combine(directory, prefix + ".txt");

    private static bool IsLine(string line) => line.Length > SuffixLength + 1 && line[SuffixLength] == ':'
        && line[..SuffixLength].All(char.IsAsciiHexDigit) && line[(SuffixLength + 1)..].All(char.IsAsciiDigit);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A range of breached passwords in {Directory} cannot be read; the password passed.")]
    private static partial void LogUnreadable(ILogger logger, Exception exception, string directory);
}
