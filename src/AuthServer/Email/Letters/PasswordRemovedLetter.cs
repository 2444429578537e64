using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The person has removed the password of the account.</summary>
/// <param name="At">UTC.</param>
/// <param name="Link">Where the person looks after the account.</param>
public sealed record PasswordRemovedLetter(string To, string? Language, Guid? UserId, DateTime At, string Link)
    : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<PasswordRemovedMail>(
        new PasswordRemovedModel { At = At, Account = To, Link = Link });
}
