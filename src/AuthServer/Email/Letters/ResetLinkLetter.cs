using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The link with which a person chooses a new password; an admin lets it be sent, so nobody waits for a code.</summary>
/// <param name="Lifetime">How long it works.</param>
public sealed record ResetLinkLetter(string To, string? Language, Guid? UserId, string Link, TimeSpan Lifetime)
    : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page => LetterPage.Of<PasswordResetMail>(
        new PasswordResetModel { Account = To, Link = Link, Lifetime = Lifetime });
}
