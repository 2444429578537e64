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

    /// <summary>One of the most common passwords, or a common word with little added or changed.</summary>
    TooCommon,

    /// <summary>Little more than the person's names or e-mail address, or the name of this server or app.</summary>
    ContainsOwnWord,

    /// <summary>Neighbouring keys, a sequence, a repetition, a date.</summary>
    TooSimple,

    /// <summary>On the operator's list of passwords that were stolen elsewhere.</summary>
    Breached,
}

/// <summary>For whom a password is judged: an attacker tries these words first.</summary>
/// <param name="App">The name of the app that the person came from.</param>
public sealed record PasswordOwner(string Email, string? FirstName = null, string? LastName = null, string? App = null);

/// <summary>Judges a new password; lengths count code points after NFC normalization.</summary>
/// <param name="serviceNames">The names of this server, which are as easy to guess as the person's own.</param>
public sealed class PasswordPolicy(PasswordOptions options, params IReadOnlyList<string> serviceNames)
{
    public const int MinimumLength = 8;
    public const int MaximumLength = 128;

    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    /// <summary>Null where the operator has no list.</summary>
    public BreachedPasswords? Breached { get; init; }

    public bool Complexity => options.Complexity == PasswordComplexity.Full;

    /// <summary>All problems at once, in the order of the enum; empty when the password may be used.</summary>
    /// <remarks>How easy it is to guess is asked last and is one problem: a password that lacks something is changed in any case.</remarks>
    public IReadOnlyList<PasswordProblem> Judge(string password, PasswordOwner owner)
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

        if (length <= MaximumLength && KnownProblem(text, owner.Email) is { } known) problems.Add(known);
        else if (problems.Count == 0 && Guessable(text, owner) is { } guessable) problems.Add(guessable);
        return problems;
    }

    private PasswordProblem? Guessable(string text, PasswordOwner owner)
    {
        string?[] own = [owner.FirstName, owner.LastName, owner.Email, owner.App, .. serviceNames];
        if (OwnWords.AreAllOf(text, own)) return PasswordProblem.ContainsOwnWord;
        if (PasswordEstimate.Judge(text, own) is { } guessable) return guessable;
        return Breached?.Contain(text) == true ? PasswordProblem.Breached : null;
    }

    private static PasswordProblem? KnownProblem(string text, string email)
    {
        var folded = text.ToLowerInvariant();
        if (Common.Value.Contains(folded)) return PasswordProblem.TooCommon;
        var address = UnicodeText.Normalize(email, NormalizationForm.FormC).ToLowerInvariant();
        return folded == address || folded == address.Split('@')[0] ? PasswordProblem.ContainsOwnWord : null;
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
