using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The code and the link with which a person chooses a new password.</summary>
/// <param name="Lifetime">How long both work.</param>
public sealed record PasswordResetLetter(string To, string? Language, Guid? UserId, string Code, string Link, TimeSpan Lifetime)
    : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page => LetterPage.Of<PasswordResetMail>(
        new PasswordResetModel { Account = To, Code = Code, Link = Link, Lifetime = Lifetime });
}
