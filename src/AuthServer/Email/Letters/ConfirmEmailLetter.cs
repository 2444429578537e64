using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The code and the link that show whose mailbox it is: of a new account, or of an account's address.</summary>
/// <param name="Link">Null where the code alone makes the account.</param>
/// <param name="Lifetime">How long both work.</param>
/// <param name="NewAccount">Whether the account is made by it.</param>
public sealed record ConfirmEmailLetter(
    string To, string? Language, Guid? UserId, string Code, string? Link, TimeSpan Lifetime, bool NewAccount)
    : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page => LetterPage.Of<ConfirmEmailMail>(
        new ConfirmEmailModel { Email = To, Code = Code, Link = Link, Lifetime = Lifetime, NewAccount = NewAccount });
}
