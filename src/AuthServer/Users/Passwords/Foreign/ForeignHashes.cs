using System.Text.RegularExpressions;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>Knows the hash of another system by its text; docs/migrating.md lists the forms.</summary>
public static partial class ForeignHashes
{
    /// <summary>The forms that are accepted, as the rest of a sentence.</summary>
    private const string Forms =
        "must be a hash in one of these forms: Argon2i or Argon2id (PHC), bcrypt ($2a$, $2b$, $2y$, $wp$2y$), PBKDF2 (ASP.NET Core "
        + "Identity, Django, passlib, or a credential of Keycloak as JSON), scrypt ($scrypt$, or Firebase's as $fbscrypt$), {SSHA}, "
        + "{SSHA256}, {SSHA512}, phpass ($P$, $H$)";

    /// <summary>What a text to read may have: a credential of Keycloak is longer than what is kept of it.</summary>
    public const int MostReadLength = 2048;

    // That of the column.
    private const int MostLength = 255;

    private static readonly IReadOnlyList<Func<string, HashReading?>> Readers =
        [Argon2LanesHash.Read, BcryptHash.Read, Pbkdf2Hash.Read, ScryptHash.Read, SaltedShaHash.Read, PhpassHash.Read];

    public static HashReading Read(string text)
    {
        if (text.Length > MostReadLength) return new HashReading.Refused($"is longer than {MostReadLength} characters");
        if (KeycloakCredential.Rewrite(text) is { } rewritten)
        {
            return rewritten.Portable is { } portable ? Read(portable) : new HashReading.Refused(rewritten.Fault!);
        }
        if (NameOfTooWeak(text) is { } name)
        {
            return new HashReading.Refused(
                $"is {name}, which guessing programs turn back almost at once: import the account without it, and its person sets a new "
                + "password");
        }
        var reading = Readers.Select(read => read(text)).FirstOrDefault(found => found is not null) ?? new HashReading.Refused(Forms);
        return reading is HashReading.Accepted { Hash.Text.Length: > MostLength }
            ? new HashReading.Refused($"is longer than {MostLength} characters")
            : reading;
    }

    private static string? NameOfTooWeak(string text)
    {
        if (text.StartsWith("$1$", StringComparison.Ordinal)) return "MD5-crypt ($1$)";
        if (text.StartsWith("$apr1$", StringComparison.Ordinal)) return "Apache's MD5-crypt ($apr1$)";
        if (Plain().Match(text) is { Success: true } match) return $"{match.Groups["name"].Value.ToUpperInvariant()} ({match.Value})";
        if (!Hex().IsMatch(text)) return null;
        return text.Length switch { 32 => "plain MD5", 40 => "plain SHA-1", 64 => "plain SHA-256", 128 => "plain SHA-512", _ => null };
    }

    [GeneratedRegex(
        @"\A(\{(?<name>MD5|SMD5|SHA|SHA256|SHA512)\}|(?<name>md5|sha1|unsalted_md5|unsalted_sha1)\$)", RegexOptions.IgnoreCase)]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A[0-9a-fA-F]+\z")]
    private static partial Regex Hex();
}
