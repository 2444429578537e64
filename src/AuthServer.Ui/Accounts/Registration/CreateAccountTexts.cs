using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.Registration;

/// <summary>Texts that the page for a new account shows after it was sent, and its script while the person types.</summary>
public static class CreateAccountTexts
{
    /// <summary>What no rule of the list says; null for problems of another kind.</summary>
    public static string? WhyRefused(CreateAccountProblem problem) => problem switch
    {
        CreateAccountProblem.PasswordTooLong => Texts.PasswordTooLong,
        CreateAccountProblem.PasswordTooCommon => Texts.PasswordTooCommon,
        CreateAccountProblem.PasswordContainsOwnWord => Texts.PasswordContainsOwnWord,
        CreateAccountProblem.PasswordTooSimple => Texts.PasswordTooSimple,
        CreateAccountProblem.PasswordBreached => Texts.PasswordBreached,
        _ => null,
    };
}
