namespace AuthServer.Clients.Secrets;

/// <summary>
/// Which client secrets registration accepts: those that a random generator makes, and no words that a person thought of.
/// </summary>
/// <remarks>
/// The rules are simple on purpose. No output of <c>openssl rand -hex 32</c>, of <c>openssl rand -base64 32</c>, of a password
/// generator or of <see cref="ClientSecrets.Generate"/> breaks one by chance (less than once in a hundred million, also of 32 characters),
/// and what breaks none but is still weak was made with effort. RFC 6749 section 10.10 asks for at most 2^-128, and better 2^-160, as the
/// chance to guess.
/// </remarks>
public static class ClientSecretRules
{
    public const int MinimumLength = 32;
    public const int MaximumLength = 512;

    /// <summary>
    /// Hex, because "+", "/" and "=" of base64 must be percent-encoded for HTTP Basic (RFC 6749 section 2.3.1), which many clients do not
    /// do.
    /// </summary>
    public const string Command = "openssl rand -hex 32";

    private const string Cure = "; make one with `" + Command + "`";
    private const int FewestDistinct = 7;

    // In configuration files that were copied and not filled in.
    private static readonly string[] Placeholders = ["changeme", "password", "placeholder", "replacethis", "yoursecret", "openssl",
        "example"];

    /// <returns>Null when the secret is accepted; otherwise the rest of a sentence that begins with the name of the secret.</returns>
    public static string? Fault(string secret)
    {
        if (secret.Length < MinimumLength) return $"must have at least {MinimumLength} characters{Cure}";
        if (secret.Length > MaximumLength) return $"must not be longer than {MaximumLength} characters";
        // RFC 6749 appendix A.2
        if (secret.Any(c => c is < ' ' or > '~')) return "must consist of visible ASCII characters" + Cure;
        if (secret.Distinct().Count() < FewestDistinct || Repeats(secret)) return "repeats the same characters and can be guessed" + Cure;
        if (Steps(secret) * 3 > secret.Length * 2) return "is a sequence of neighbouring characters and can be guessed" + Cure;
        if (Words(secret)) return "consists of words and can be guessed" + Cure;
        return null;
    }

    /// <summary>The text is one piece of it over and over, such as "abcd1234abcd1234...".</summary>
    private static bool Repeats(string secret)
    {
        for (var size = 1; size <= secret.Length / 2; size++)
        {
            if (secret.AsSpan(size).SequenceEqual(secret.AsSpan(0, secret.Length - size))) return true;
        }

        return false;
    }

    /// <summary>
    /// How often a character is followed by itself, its successor or its predecessor: in hex by chance one in six, so that more than half
    /// of 32 characters are it once in a million times, and two thirds never.
    /// </summary>
    private static int Steps(string secret) => secret.Zip(secret.Skip(1)).Count(pair => Math.Abs(pair.First - pair.Second) <= 1);

    /// <summary>
    /// A placeholder, or letters of one case and signs alone: random hex and base64 of this length have digits or both cases.
    /// </summary>
    private static bool Words(string secret)
    {
        var letters = string.Concat(secret.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
        return Placeholders.Any(p => letters.Contains(p, StringComparison.Ordinal))
            || (!secret.Any(char.IsAsciiDigit) && !(secret.Any(char.IsAsciiLetterLower) && secret.Any(char.IsAsciiLetterUpper)));
    }
}
