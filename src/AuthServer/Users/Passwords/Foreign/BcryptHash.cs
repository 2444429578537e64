using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>
/// bcrypt (Provos and Mazières, USENIX 1999) as <c>$2a$</c>, <c>$2b$</c> or <c>$2y$</c>, and the two forms of it that hash the password
/// before: of WordPress 6.8 (<c>$wp$2y$</c>) and of Django (<c>bcrypt_sha256$$2b$</c>).
/// </summary>
internal sealed partial class BcryptHash : ForeignHash
{
    private const int LongestCounted = 72;

    private static readonly byte[] WordPressKey = "wp-sha384"u8.ToArray();

    // wp_hash_password() trims what PHP's trim() does.
    private static readonly byte[] TrimmedByPhp = " \t\n\r\0\v"u8.ToArray();

    private readonly string _crypt;
    private readonly string _before;

    private BcryptHash(string text, string crypt, string before)
        : base(text) => (_crypt, _before) = (crypt, before);

    public static HashReading? Read(string given)
    {
        // Django's other form says its name alone.
        var text = given.StartsWith("bcrypt$", StringComparison.Ordinal) ? given["bcrypt$".Length..] : given;
        if (text.StartsWith("$2$", StringComparison.Ordinal) || text.StartsWith("$2x$", StringComparison.Ordinal))
        {
            return new HashReading.Refused("is of a faulty version of bcrypt; $2a$, $2b$ and $2y$ are accepted");
        }
        if (!Begin().IsMatch(text)) return null;
        if (Whole().Match(text) is not { Success: true } match)
        {
            return new HashReading.Refused("is not a whole bcrypt hash, such as $2b$12$ and 53 characters of ./A-Za-z0-9");
        }
        return HashText.Number(match.Groups["cost"].ValueSpan) is < HashCost.LeastBcryptCost or > HashCost.MostBcryptCost
            ? new HashReading.Refused($"must have a cost from {HashCost.LeastBcryptCost} to {HashCost.MostBcryptCost}")
            : new HashReading.Accepted(new BcryptHash(text, match.Groups["crypt"].Value, match.Groups["before"].Value));
    }

    public override bool Matches(byte[] password) => BCrypt.Net.BCrypt.Verify(Encoding.UTF8.GetString(Prepared(password)), _crypt);

    public override bool CountsWhole(byte[] password) => _before switch
    {
        "$wp" => password.AsSpan().Trim(TrimmedByPhp).Length == password.Length,
        "" => password.Length <= LongestCounted,
        _ => true,
    };

    private byte[] Prepared(byte[] password) => _before switch
    {
        "$wp" => Encoding.ASCII.GetBytes(Convert.ToBase64String(
            HMACSHA384.HashData(WordPressKey, password.AsSpan().Trim(TrimmedByPhp)))),
        "bcrypt_sha256$" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(password))),
        _ => password,
    };

    [GeneratedRegex(@"\A(\$wp|bcrypt_sha256\$)?\$2[aby]\$")]
    private static partial Regex Begin();

    [GeneratedRegex(@"\A(?<before>\$wp|bcrypt_sha256\$)?(?<crypt>\$2[aby]\$(?<cost>[0-9]{2})\$[./A-Za-z0-9]{53})\z")]
    private static partial Regex Whole();
}
