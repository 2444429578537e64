using System.Text.RegularExpressions;
using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>Everything can be reached and done with the keyboard alone (WCAG 2.1.1), and one sees where one is (WCAG 2.4.7).</summary>
public sealed class KeyboardTests(World world) : Journey(world)
{
    private Keyboard Keys => new(Window);

    [Fact]
    public async Task A_person_signs_in_and_allows_an_app()
    {
        await App.OpenAsync();
        await Keys.PressAsync("Sign in");
        await SignIn.ExpectAsync();
        // The first field has the focus.
        await Expect(SignIn.Email).ToBeFocusedAsync();
        await Window.Keyboard.TypeAsync(World.EmailOf("kay"));
        await Window.Keyboard.PressAsync("Tab");
        await Expect(SignIn.Password).ToBeFocusedAsync();
        await Window.Keyboard.TypeAsync(World.Password);
        await Window.Keyboard.PressAsync("Enter");
        await Consent.ExpectAsync();
        await Keys.PressAsync("Allow");
        await App.ExpectSignedInAsync();
    }

    [Fact]
    public async Task A_person_signs_up_with_a_code_sets_up_an_app_and_signs_in_with_it()
    {
        var email = $"keys-{Guid.CreateVersion7():N}@example.test";
        await Window.GotoAsync(World.Server + "/signup");
        await Keys.FillAsync("Email", email);
        await Keys.FillAsync("First name", "Kay");
        await Keys.FillAsync("Last name", "Board");
        await Keys.FillAsync("Password", World.Password);
        await Keys.PressAsync("Create account");
        await Keys.ExpectAsync("Check your mail");
        await Keys.FillAsync("Code from the mail", await World.CodeForAsync(email));
        await Keys.PressAsync("Continue");
        await Keys.ExpectAsync("Your email is confirmed");

        await Window.GotoAsync(World.Server + "/account/security");
        await Keys.PressAsync("Set it up");
        await Keys.ExpectAsync("Set up an authenticator app");
        await Keys.PressAsync("Can’t scan the code?");
        var phone = new AuthenticatorApp(await Window.Locator("pre code").InnerTextAsync());
        await Keys.FillAsync("Code", phone.Code());
        await Keys.PressAsync("Turn on");
        await Keys.ExpectAsync("Keep your recovery codes");
        var recovery = (await Window.Locator("pre code").InnerTextAsync()).Split('\n')[0];
        await Keys.PressAsync("I have kept them");
        await Keys.ExpectAsync("Authenticator app");
        await Keys.PressAsync("Sign out");
        await Keys.ExpectAsync("You are signed out");
        await Keys.PressAsync("Sign in again");
        await SignInByKeysAsync(email, World.Password);
        await Keys.ExpectAsync("Enter your code");
        await Keys.FillAsync("Code", phone.Code(ahead: 1));
        await Keys.TickAsync("Don’t ask again on this device for 30 days");
        await Keys.PressAsync("Continue");
        await Keys.ExpectAsync("You are signed in");

        // On another device, without the phone.
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignInByKeysAsync(email, World.Password);
        await Keys.ExpectAsync("Enter your code");
        await Keys.PressAsync("Use a recovery code instead");
        await Keys.ExpectAsync("Use a recovery code");
        await Keys.FillAsync("Recovery code", recovery);
        await Keys.PressAsync("Continue");
        await Keys.ExpectAsync("You are signed in");
    }

    [Fact]
    public async Task A_person_who_forgot_the_password_chooses_another_one()
    {
        const string password = "Velvet-Anchor-36-Rain";
        var email = World.EmailOf("rex");
        await Window.GotoAsync(World.Server + "/signin");
        await Keys.PressAsync("Forgot your password?");
        await Expect(Window).ToHaveURLAsync(new Regex("/password/forgotten"));
        await Keys.FillAsync("Email", email);
        await Keys.PressAsync("Send code");
        await Keys.ExpectAsync("Check your mail");
        await Keys.FillAsync("Code from the mail", await World.CodeForAsync(email));
        await Keys.PressAsync("Continue");
        await Keys.ExpectAsync("Choose a new password");
        await Keys.FillAsync("Password", password);
        await Keys.PressAsync("Show password");
        await Expect(SignIn.Password).ToHaveAttributeAsync("type", "text");
        await Keys.PressAsync("Change password");
        await Keys.ExpectAsync("Your password is changed");
        await Keys.PressAsync("Sign in");
        await SignInByKeysAsync(email, password);
        await Keys.ExpectAsync("You are signed in");
    }

    [Fact]
    public async Task A_person_signs_in_by_the_code_of_a_mail_and_by_its_link()
    {
        var email = World.EmailOf("kit");
        await AskForMailAsync(email);
        await Keys.FillAsync("Code from the mail", await World.CodeForAsync(email));
        await Keys.PressAsync("Continue");
        await Keys.ExpectAsync("Your email is confirmed");
        await Keys.PressAsync("Continue");
        await Keys.ExpectAsync("You are signed in");

        await Window.Context.ClearCookiesAsync();
        await AskForMailAsync(email);
        await Window.GotoAsync(await World.LinkForAsync(email, "/signin/email/link", mail: 2));
        await Keys.PressAsync("Sign in");
        await Keys.ExpectAsync("You are signed in");
    }

    [Fact]
    public async Task A_person_signs_out_another_browser_and_deletes_the_account()
    {
        var email = World.EmailOf("sky");
        await using var other = await World.Chromium.NewContextAsync();
        var elsewhere = await other.NewPageAsync();
        await elsewhere.GotoAsync(World.Server + "/signin");
        await new SignInPage(elsewhere).SignInAsync(email, World.Password);
        await Expect(elsewhere.GetByText(email)).ToBeVisibleAsync();

        await Window.GotoAsync(World.Server + "/signin?returnUrl=/account/sessions");
        await SignInByKeysAsync(email, World.Password);
        await Keys.ExpectAsync("Sessions");
        // Past the bar with its own button of that name, and past the sections.
        await Keys.PressAsync("Skip to content");
        await Keys.PressAsync("Sign out");
        await Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("That place is signed out");

        await Keys.PressAsync("Your data");
        await Keys.ExpectAsync("Your data");
        await Keys.PressAsync("Delete your account");
        await Expect(Window).ToHaveURLAsync(new Regex("/account/data/delete"));
        await Keys.FillAsync($"To confirm, type {email}", email);
        await Keys.PressAsync("Delete my account");
        await Keys.ExpectAsync("Your account is closed");
    }

    [Fact]
    public async Task A_person_removes_an_app_downloads_the_data_and_changes_password_and_address()
    {
        var next = $"keys-{Guid.CreateVersion7():N}@example.test";
        await App.OpenAsync();
        await Keys.PressAsync("Sign in");
        await SignInByKeysAsync(World.EmailOf("ivo"), World.Password);
        await Consent.ExpectAsync();
        await Keys.PressAsync("Allow");
        await App.ExpectSignedInAsync();

        await Window.GotoAsync(World.Server + "/account/apps");
        await Keys.PressAsync("What it may see and do");
        await Keys.PressAsync("Remove access");
        await Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("That app has no access any more");

        await Keys.PressAsync("Your data");
        await Keys.ExpectAsync("Your data");
        var download = await Window.RunAndWaitForDownloadAsync(() => Keys.PressAsync("Download"));
        Assert.EndsWith(".zip", download.SuggestedFilename, StringComparison.Ordinal);

        await Keys.PressAsync("Sign-in and security");
        await Keys.ExpectAsync("Sign-in and security");
        await Keys.PressAsync("Change password");
        await Expect(Window).ToHaveURLAsync(new Regex("/account/security/password"));
        await Keys.FillAsync("Current password", World.Password);
        await Keys.FillAsync("New password", "Purple-Teapot-84");
        await Keys.PressAsync("Change password");
        await Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your password is changed");

        await Keys.PressAsync("Change email");
        await Expect(Window).ToHaveURLAsync(new Regex("/account/security/email"));
        await Keys.FillAsync("New email", next);
        await Keys.PressAsync("Send code");
        await Keys.ExpectAsync("Check your mail");
        await Keys.FillAsync("Code from the mail", await World.CodeForAsync(next));
        await Keys.PressAsync("Continue");
        await Expect(Window.GetByText(next).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_person_makes_a_passkey_signs_in_with_it_names_it_and_removes_it()
    {
        var devices = await Devices.OfAsync(Window);
        await devices.PlugInPlatformAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignInByKeysAsync(World.EmailOf("poe"), World.Password);
        await Keys.ExpectAsync("Sign in faster next time");
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Not now" })).ToBeVisibleAsync();
        await Keys.PressAsync("Create a passkey");
        await Keys.ExpectAsync("You are signed in");

        // Because the field would take it before a key is pressed.
        await Window.AddInitScriptAsync("PublicKeyCredential.isConditionalMediationAvailable = async () => false;");
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin?returnUrl=/account/security");
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToBeVisibleAsync();
        await Keys.PressAsync("Sign in with a passkey");
        await Keys.ExpectAsync("Sign-in and security");

        await Keys.PressAsync("Change");
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Remove this passkey" })).ToBeVisibleAsync();
        await Keys.FillAsync("Name", "Desk");
        await Keys.PressAsync("Save");
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = "Desk" })).ToBeVisibleAsync();
        await Window.GotoAsync(World.Server + "/account/security");
        await Keys.PressAsync("Change");
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Remove this passkey" })).ToBeVisibleAsync();
        await Keys.PressAsync("Remove this passkey");
        await Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("The passkey was removed");
    }

    private async Task AskForMailAsync(string email)
    {
        await Window.GotoAsync(World.Server + "/signin");
        await Keys.FillAsync("Email", email);
        await Keys.PressAsync("Email me a code");
        await Keys.ExpectAsync("Check your mail");
    }

    private async Task SignInByKeysAsync(string email, string password)
    {
        await SignIn.ExpectAsync();
        await Keys.FillAsync("Email", email);
        await Keys.FillAsync("Password", password);
        await Keys.PressAsync("Sign in");
    }
}
