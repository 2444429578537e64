namespace AuthServer.Ui.Resources;

// The texts of new accounts and their passwords.
internal static partial class Texts
{
    public static string HaveAnAccount => Of("Have an account?");
    public static string FirstName => Of("First name");
    public static string LastName => Of("Last name");
    public static string CreateFormExpired => Of("This page was out of date. Choose your password again.");
    public static string EmailTakenNotice => Of("This email already has an account. Use another email, or sign in to that account.");
    public static string CheckEmail => Of("Check the email and try again.");
    public static string CheckMarkedFields => Of("Check the marked fields and try again.");
    public static string EmailMissing => Of("Enter your email.");
    public static string EmailInvalid => Of("Enter an email in the form name@example.com.");
    public static string EmailTaken => Of("This email already has an account.");
    public static string NameTooLong => Of("This name is too long. Use a shorter form.");
    public static string PasswordTooLong => Of("This password is too long. Use a shorter one.");
    public static string PasswordTooCommon => Of(
        "Easy to guess: it is a common password or word with little added or changed. Use several words that do not belong together.");
    public static string PasswordContainsOwnWord => Of(
        "Easy to guess: it is little more than your name or email, or the name of this site or app. Use several words that "
        + "have nothing to do with them.");
    public static string PasswordTooSimple => Of(
        "Easy to guess: it is little more than neighbouring keys, a sequence, a repetition or a date. Use several words that "
        + "do not belong together.");
    public static string PasswordBreached => Of(
        "Easy to guess: it was stolen from another site, and is on lists that attackers use. Use one that you have nowhere else.");
    public static string PasswordRulesNotMet => Of("This password does not have all it needs.");
    public static string PasswordNeeds => Of("Your password needs");
    public static string RuleLength => Of("at least {0} characters");
    public static string RuleUpper => Of("an upper-case letter");
    public static string RuleLower => Of("a lower-case letter");
    public static string RuleDigit => Of("a digit");
    public static string RuleOther => Of("a symbol or a space");
    public static string RuleHardToGuess => Of("to be hard to guess");
    public static string RuleMissing => Of("(missing)");
    public static string RulesMet => Of("{0} of {1} done");
}
