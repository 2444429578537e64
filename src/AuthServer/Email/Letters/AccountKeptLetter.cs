using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>An account that was to be deleted is kept.</summary>
/// <param name="Link">Where the person looks after the account.</param>
public sealed record AccountKeptLetter(string To, string? Language, Guid? UserId, string Link) : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<AccountKeptMail>(new AccountKeptMailModel { Account = To, Link = Link });
}
