using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The password of the account is another one now.</summary>
/// <param name="At">UTC.</param>
/// <param name="ByAdmin">Whether another person changed it than the one whom the account belongs to.</param>
/// <param name="Link">Where the person looks after the account.</param>
public sealed record PasswordChangedLetter(string To, string? Language, Guid? UserId, DateTime At, bool ByAdmin, string Link)
    : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<PasswordChangedMail>(
        new PasswordChangedModel { At = At, Account = To, ByAdmin = ByAdmin, Link = Link });
}
