using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.SecondFactors;

/// <summary>The words for a code that was not accepted.</summary>
internal static class CodeTexts
{
    /// <returns>Null where the field itself says it, or nothing is wrong.</returns>
    public static string? Of(SecondStepProblem problem, bool recoveryCode, TimeSpan? wait) => problem switch
    {
        SecondStepProblem.None or SecondStepProblem.Missing => null,
        SecondStepProblem.Wrong => recoveryCode ? Texts.RecoveryCodeWrong : Texts.AppCodeWrong,
        SecondStepProblem.TooManyTries => Text.Of(Texts.TooManyTries, Text.Wait(wait)),
        SecondStepProblem.TooManyMails => Text.Of(Texts.SignInMailsUsedUp, Text.Wait(wait)),
        SecondStepProblem.FormExpired => Texts.CodeFormExpired,
        SecondStepProblem.PasskeyRefused => Texts.PasskeyRefused,
        _ => throw new InvalidOperationException($"No text for {problem}."),
    };

    public static string Missing(bool recoveryCode) => recoveryCode ? Texts.RecoveryCodeMissing : Texts.CodeMissing;
}
