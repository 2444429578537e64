using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>To the former address: the account has another one now, and the link takes the change back.</summary>
/// <param name="NewEmail">Null, as the link: the former address was never confirmed, and may be that of a stranger.</param>
/// <param name="Lifetime">How long the link works.</param>
public sealed record EmailChangedLetter(
    string To, string? Language, Guid? UserId, string? NewEmail, string? Link, TimeSpan Lifetime) : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<EmailChangedMail>(
        new EmailChangedModel { Former = To, NewEmail = NewEmail, Link = Link, Lifetime = Lifetime });
}
