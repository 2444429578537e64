using AuthServer.Users.Passwords;
using Shown = AuthServer.Ui.Accounts.Registration.CreateAccountProblem;

namespace AuthServer.Accounts;

/// <summary>What a new password lacks, in the words of the pages.</summary>
internal static class PasswordProblems
{
    public static Shown Of(PasswordProblem problem) => problem switch
    {
        PasswordProblem.TooShort => Shown.PasswordTooShort,
        PasswordProblem.TooLong => Shown.PasswordTooLong,
        PasswordProblem.NeedsUpper => Shown.PasswordNeedsUpper,
        PasswordProblem.NeedsLower => Shown.PasswordNeedsLower,
        PasswordProblem.NeedsDigit => Shown.PasswordNeedsDigit,
        PasswordProblem.NeedsOther => Shown.PasswordNeedsOther,
        PasswordProblem.ContainsOwnWord => Shown.PasswordContainsOwnWord,
        PasswordProblem.TooSimple => Shown.PasswordTooSimple,
        PasswordProblem.Breached => Shown.PasswordBreached,
        _ => Shown.PasswordTooCommon,
    };
}
