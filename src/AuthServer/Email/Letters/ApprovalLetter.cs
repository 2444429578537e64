using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>An app waits until the person has decided (CIBA).</summary>
/// <param name="Message">What the app shows at the same time, to compare; null where it shows nothing.</param>
/// <param name="Link">Leads to the question, and decides nothing.</param>
/// <param name="Lifetime">How long the app waits.</param>
/// <param name="Address">From which IP address the app asked.</param>
public sealed record ApprovalLetter(
    string To, string? Language, Guid? UserId, string App, string? Message, string Link, TimeSpan Lifetime, string? Address)
    : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page => LetterPage.Of<ApprovalMail>(new ApprovalMailModel
    {
        Account = To, App = App, Message = Message, Link = Link, Lifetime = Lifetime, Address = Address,
    });
}
