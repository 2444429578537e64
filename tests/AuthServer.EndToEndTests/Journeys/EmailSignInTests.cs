using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>
/// A person signs in by mail, on the way to an app: by the code in the tab, and by the link, which another browser refuses.
/// </summary>
public sealed class EmailSignInTests(World world) : Journey(world)
{
    [Fact]
    public async Task A_person_types_the_code_and_later_presses_the_link()
    {
        var email = World.EmailOf("mia");
        await App.OpenAsync();
        await App.SignInAsync();
        await Window.AssertAccessibleAsync("sign-in, also by mail");
        await SignIn.AskForCodeAsync(email);
        await Window.AssertAccessibleAsync("code to sign in");
        await new MailedCodePage(Window).EnterAsync(await World.CodeForAsync(email));
        // Nobody had shown before that the address of the seed is theirs.
        await new AddressProvenPage(Window).ExpectAsync();
        await Window.AssertAccessibleAsync("address proven");
        await new AddressProvenPage(Window).GoOnAsync();
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        await App.SignOutAsync();
        await App.ExpectSignedOutAsync();

        await App.SignInAsync();
        await SignIn.AskForCodeAsync(email);
        await new MailedCodePage(Window).ExpectAsync();
        var link = await World.LinkForAsync(email, "/signin/email/link", mail: 2);
        await using var elsewhere = await World.Chromium.NewContextAsync();
        var other = await elsewhere.NewPageAsync();
        await other.GotoAsync(link);
        await Expect(other.GetByRole(AriaRole.Heading, new() { Name = "Go back to where you asked" })).ToBeVisibleAsync();
        await other.AssertAccessibleAsync("link of another browser");
        await Window.GotoAsync(link);
        await Window.AssertAccessibleAsync("link of this browser");
        await Window.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await App.ExpectSignedInAsync();
        AssertBrowserIsContent();
    }
}
