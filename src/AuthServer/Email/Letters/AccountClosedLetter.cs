using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The person has asked for the deletion of the account.</summary>
/// <param name="DeleteAfter">UTC: until then the account can be kept.</param>
/// <param name="SignInLink">Where the person signs in to keep it.</param>
/// <param name="ForgottenLink">Where a person whose password was changed by somebody else gets a new one first; null on a server without
/// passwords.</param>
public sealed record AccountClosedLetter(
    string To, string? Language, Guid? UserId, DateTime DeleteAfter, string SignInLink, string? ForgottenLink)
    : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<AccountClosedMail>(new AccountClosedMailModel
    {
        Account = To, DeleteAfter = DeleteAfter, SignInLink = SignInLink, ForgottenLink = ForgottenLink,
    });
}
