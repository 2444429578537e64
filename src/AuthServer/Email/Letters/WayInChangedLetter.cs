using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>A way into the account has come or gone, beside password and address.</summary>
/// <param name="At">UTC.</param>
/// <param name="Name">What the person calls it, such as the name of a passkey.</param>
/// <param name="ByAdmin">Whether another person did it than the one whom the account belongs to.</param>
/// <param name="Link">Where the person looks after the account.</param>
/// <param name="ForgottenLink">Where a new password is asked for; null where people have none, and for a way that has gone.</param>
public sealed record WayInChangedLetter(
    string To, string? Language, Guid? UserId, DateTime At, WayInChange Change, string? Name, bool ByAdmin, string Link,
    string? ForgottenLink = null)
    : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<WayInChangedMail>(
        new WayInChangedModel
        {
            At = At, Account = To, Change = Change, Name = Name, ByAdmin = ByAdmin, Link = Link, ForgottenLink = ForgottenLink,
        });
}
