using AuthServer.Audit;
using AuthServer.Ui.Emails;

namespace AuthServer.Email.Letters;

/// <summary>The code with which a person completes a sign-in that has begun with the password.</summary>
/// <param name="Lifetime">How long it works.</param>
/// <param name="UserAgent">Of the browser or app that asked, as it names itself.</param>
/// <param name="Address">From which IP address.</param>
/// <param name="App">Which app asked itself; null for a page of this server.</param>
public sealed record SecondFactorCodeLetter(
    string To, string? Language, Guid? UserId, string Code, TimeSpan Lifetime, string? UserAgent, string? Address, string? App)
    : Letter(To, Language, UserId)
{
    internal override TimeSpan? UsefulFor => Lifetime;

    internal override LetterPage Page
    {
        get
        {
            var device = Device.Of(UserAgent);
            return LetterPage.Of<SecondFactorCodeMail>(new SignInCodeModel
            {
                Account = To, Code = Code, Lifetime = Lifetime, Browser = device.Browser, System = device.System, Address = Address,
                App = App,
            });
        }
    }
}
