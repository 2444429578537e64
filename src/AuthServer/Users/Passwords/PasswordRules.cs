using System.Globalization;

namespace AuthServer.Users.Passwords;

/// <summary>The rules for passwords in words, for programs and the console; the pages have their own texts.</summary>
public static class PasswordRules
{
    private const string Cure = "Use several words that do not belong together, or one that a program makes.";

    public static string Describe(PasswordProblem problem) => problem switch
    {
        PasswordProblem.TooShort =>
            string.Create(CultureInfo.InvariantCulture, $"The password must have at least {PasswordPolicy.MinimumLength} characters."),
        PasswordProblem.TooLong =>
            string.Create(CultureInfo.InvariantCulture, $"The password must have at most {PasswordPolicy.MaximumLength} characters."),
        PasswordProblem.NeedsUpper => "The password must have an upper-case letter.",
        PasswordProblem.NeedsLower => "The password must have a lower-case letter.",
        PasswordProblem.NeedsDigit => "The password must have a digit.",
        PasswordProblem.NeedsOther => "The password must have a character that is neither a letter nor a digit.",
        PasswordProblem.TooCommon =>
            "The password is easy to guess: it is a common password or word, with little added or changed. " + Cure,
        PasswordProblem.ContainsOwnWord =>
            "The password is easy to guess: it is little more than the person's name or e-mail address, or the name of this server or app. "
            + Cure,
        PasswordProblem.TooSimple =>
            "The password is easy to guess: it is little more than neighbouring keys, a sequence, a repetition or a date. " + Cure,
        PasswordProblem.Breached =>
            "The password is easy to guess: it was stolen elsewhere and is on the lists that guessing programs use. " + Cure,
        _ => throw new ArgumentOutOfRangeException(nameof(problem)),
    };
}
