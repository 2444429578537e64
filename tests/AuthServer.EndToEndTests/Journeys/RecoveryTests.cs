using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person who has forgotten the password gets back in, on the way to an app.</summary>
public sealed class RecoveryTests(World world) : Journey(world)
{
    [Fact]
    public async Task Who_forgot_the_password_chooses_another_one_and_goes_on_to_the_app()
    {
        var email = World.EmailOf("remy");
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.ExpectAsync();
        var forgotten = new ForgottenPasswordPages(Window);
        await forgotten.AskAsync(email);
        await Window.AssertAccessibleAsync("check your mail");
        await new MailedCodePage(Window).EnterAsync(await World.CodeForAsync(email));
        await Window.AssertAccessibleAsync("choose a new password");
        await forgotten.ChooseAsync("Velvet-Anchor-35-Rain");
        await Window.AssertAccessibleAsync("password changed");
        await forgotten.GoOnAsync();
        await SignIn.SignInAsync(email, "Velvet-Anchor-35-Rain");
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        AssertBrowserIsContent();
    }
}
