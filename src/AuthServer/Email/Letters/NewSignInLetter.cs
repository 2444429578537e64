using AuthServer.Audit;
using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>Somebody signed in on a device that the account does not know.</summary>
/// <param name="At">UTC.</param>
/// <param name="UserAgent">As the browser or app names itself.</param>
/// <param name="Address">From which IP address.</param>
/// <param name="App">Which app took the password itself; null for a page of this server.</param>
/// <param name="Link">Where the person looks after the account.</param>
/// <param name="Place">Where the address is, as far as known.</param>
/// <param name="NotMeLink">Ends the session and everything that came of it; null in a mail that an earlier version has written.</param>
public sealed record NewSignInLetter(
    string To, string? Language, Guid? UserId, DateTime At, string? UserAgent, string? Address, string? App, string Link,
    string? NotMeLink = null, string? Place = null) : Letter(To, Language, UserId)
{
    internal override LetterPage Page
    {
        get
        {
            var device = Device.Of(UserAgent);
            return LetterPage.Of<NewSignInMail>(new NewSignInModel
            {
                At = At, Browser = device.Browser, System = device.System, Address = Address, App = App, Account = To, Link = Link,
                NotMeLink = NotMeLink, Place = Place,
            });
        }
    }
}
