using System.Collections.Frozen;
using System.Text;
using AuthServer.Users.Profile;

namespace AuthServer.Users.Passwords;

/// <summary>What a new password lacks.</summary>
public enum PasswordProblem
{
    TooShort,
    TooLong,
    NeedsUpper,
    NeedsLower,
    NeedsDigit,
    NeedsOther,

    /// <summary>One of the most common passwords, or the person's own e-mail address.</summary>
    TooCommon,
}

/// <summary>Judges a new password; lengths count code points after NFC normalization.</summary>
public sealed class PasswordPolicy(PasswordOptions options)
{
    public const int MinimumLength = 8;
    public const int MaximumLength = 128;

    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    public bool Complexity => options.Complexity == PasswordComplexity.Full;

    /// <summary>All problems at once, in the order of the enum; empty when the password may be used.</summary>
    public IReadOnlyList<PasswordProblem> Judge(string password, string email)
    {
        var text = PasswordText.Normalize(password);
        int length = 0, upper = 0, lower = 0, digit = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            length++;
            if (Rune.IsUpper(rune)) upper++;
            else if (Rune.IsLower(rune)) lower++;
            else if (Rune.IsDigit(rune)) digit++;
        }

        var problems = new List<PasswordProblem>();
        if (length < MinimumLength) problems.Add(PasswordProblem.TooShort);
        if (length > MaximumLength) problems.Add(PasswordProblem.TooLong);
        if (Complexity)
        {
            if (upper == 0) problems.Add(PasswordProblem.NeedsUpper);
            if (lower == 0) problems.Add(PasswordProblem.NeedsLower);
            if (digit == 0) problems.Add(PasswordProblem.NeedsDigit);
            if (upper + lower + digit == length) problems.Add(PasswordProblem.NeedsOther);
        }

        if (length <= MaximumLength && IsCommon(text, email)) problems.Add(PasswordProblem.TooCommon);
        return problems;
    }

    private static bool IsCommon(string text, string email)
    {
        var folded = text.ToLowerInvariant();
        if (Common.Value.Contains(folded)) return true;
        var address = UnicodeText.Normalize(email, NormalizationForm.FormC).ToLowerInvariant();
        return folded == address || folded == address.Split('@')[0];
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordPolicy).Assembly.GetManifestResourceStream("common-passwords.txt")
            ?? throw new InvalidOperationException("The list of common passwords is missing from the assembly.");
        using var reader = new StreamReader(stream);
        var lines = new HashSet<string>(StringComparer.Ordinal);
        while (reader.ReadLine() is { } line) lines.Add(line);
        return lines.ToFrozenSet(StringComparer.Ordinal);
    }
}
