using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>Somebody wanted to use the address of an account for another one; at the server nobody is told that it has one.</summary>
/// <param name="ForgottenLink">Where a new password is chosen; null on a server without passwords.</param>
/// <param name="Lifetime">That of the mail which a free address would have got.</param>
public sealed record AccountExistsLetter(
    string To, string? Language, Guid? UserId, string SignInLink, string? ForgottenLink, TimeSpan Lifetime) : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page => LetterPage.Of<AccountExistsMail>(
        new AccountExistsModel { Email = To, SignInLink = SignInLink, ForgottenLink = ForgottenLink });
}
