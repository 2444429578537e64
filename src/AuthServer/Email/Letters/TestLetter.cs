using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>What `AuthServer mail test` sends.</summary>
/// <param name="Server">The issuer.</param>
public sealed record TestLetter(string To, string? Language, Guid? UserId, string Server) : Letter(To, Language, UserId)
{
    internal override LetterPage Page => LetterPage.Of<TestMail>(new TestMailModel { Server = Server });
}
