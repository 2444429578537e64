using AuthServer.Audit;
using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The code and the link with which a person signs in.</summary>
/// <param name="Link">Null where an app asked, which takes the code alone.</param>
/// <param name="Lifetime">How long both work.</param>
/// <param name="UserAgent">Of the browser or app that asked, as it names itself.</param>
/// <param name="Address">From which IP address.</param>
/// <param name="App">Which app asked itself; null for a page of this server.</param>
public sealed record SignInCodeLetter(
    string To, string? Language, Guid? UserId, string Code, string? Link, TimeSpan Lifetime, string? UserAgent, string? Address,
    string? App)
    : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page
    {
        get
        {
            var device = Device.Of(UserAgent);
            return LetterPage.Of<SignInCodeMail>(new SignInCodeModel
            {
                Account = To, Code = Code, Link = Link, Lifetime = Lifetime, Browser = device.Browser, System = device.System,
                Address = Address, App = App,
            });
        }
    }
}
