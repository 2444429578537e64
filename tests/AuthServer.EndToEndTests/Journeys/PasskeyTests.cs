using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person makes a passkey and signs in with it, in Chromium with an authenticator that it plays itself.</summary>
public sealed class PasskeyTests(World world) : Journey(world)
{
    private const string Person = "pam";

    private Devices _devices = null!;
    private string _device = "";

    private ILocator Button => Window.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _devices = await Devices.OfAsync(Window);
        _device = await _devices.PlugInPlatformAsync();
    }

    [Fact]
    public async Task A_passkey_is_made_by_the_button_used_by_the_button_and_by_the_field_and_removed()
    {
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(World.EmailOf(Person), World.Password);
        await Expect(Window.GetByText(World.EmailOf(Person))).ToBeVisibleAsync();
        await Window.GotoAsync(World.Server + "/account/security");
        await Window.GetByRole(AriaRole.Link, new() { Name = "Add a passkey" }).ClickAsync();
        await Window.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your passkey was added");
        await Window.AssertAccessibleAsync("security page with a passkey");

        // The same device a second time, which first proves the passkey that is there.
        await Window.GetByRole(AriaRole.Link, new() { Name = "Add a passkey" }).ClickAsync();
        await Window.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Window.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Status)).ToHaveTextAsync("This device has a passkey for your account already.");

        // By the button: nobody touches the authenticator before.
        await _devices.TouchAsync(_device, false);
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await Expect(Button).ToBeVisibleAsync();
        await Window.AssertAccessibleAsync("sign-in page with passkeys");
        await _devices.TouchAsync(_device, true);
        await Button.ClickAsync();
        await Expect(Window.GetByText(World.EmailOf(Person))).ToBeVisibleAsync();

        // By the field: the browser answers the question that the page asked when it was opened.
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await Expect(Window.GetByText(World.EmailOf(Person))).ToBeVisibleAsync();

        await Window.GotoAsync(World.Server + "/account/security");
        await Window.GetByRole(AriaRole.Link, new() { Name = "Change", Exact = true }).ClickAsync();
        await Window.AssertAccessibleAsync("page of a passkey");
        await Window.GetByRole(AriaRole.Button, new() { Name = "Remove this passkey" }).ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("The passkey was removed");
        AssertBrowserIsContent();
    }

    /// <summary>
    /// WebAuthn Level 3 section 5.1.10. The authenticator does what the page tells the browser: for this domain, this account and these
    /// passkeys alone.
    /// </summary>
    [Fact]
    public async Task The_browser_learns_what_the_account_is_called_which_passkeys_it_has_and_which_nobody_has()
    {
        var (email, account) = (World.EmailOf("pru"), new MyAccountPages(Window, World.Server));
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(email, World.Password);
        await Window.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await account.ExpectAsync("You are signed in");
        var own = Assert.Single(await _devices.KeptAsync(_device));
        await Window.Context.ClearCookiesAsync();
        // The field takes it at once.
        await Window.GotoAsync(World.Server + "/signin?returnUrl=/account/profile");
        await account.ExpectAsync("Profile");

        // One that the account has no more, and one of another account. A device keeps one of each account.
        var key = await _devices.PlugInKeyAsync();
        var stale = await _devices.KeepAsync(key, "localhost", own.User);
        var others = await _devices.KeepAsync(_device, "localhost", Convert.ToBase64String("somebody"u8));
        await account.FillAsync("First name", "Prudence");
        await account.PressAsync("Save");
        await account.ExpectNoticeAsync("Your changes are saved");
        var (deleted, updated) = (_devices.NextDeletedAsync(), _devices.NextUpdatedAsync());
        await account.GoToAsync("Sign-in and security");
        Assert.Equal(stale, await deleted);
        await _devices.UnplugAsync(key);
        Assert.Equal(own with { Name = email, DisplayName = "Prudence Example" }, await updated);

        deleted = _devices.NextDeletedAsync();
        await account.FollowAsync("Change");
        await account.PressAsync("Remove this passkey");
        await account.ExpectNoticeAsync("The passkey was removed");
        Assert.Equal(own.Id, await deleted);
        Assert.Equal(others, Assert.Single(await _devices.KeptAsync(_device)).Id);

        deleted = _devices.NextDeletedAsync();
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin");
        Assert.Equal(others, await deleted);
        await Expect(SignIn.Notice).ToContainTextAsync("This passkey was not accepted");
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task Without_a_passkey_here_the_page_says_so_and_the_password_still_works()
    {
        await Window.GotoAsync(World.Server + "/signin");
        await Button.ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Status)).ToHaveTextAsync("No passkey was used. Try again, or go on another way.");
        await SignIn.SignInAsync(World.EmailOf(Person), World.Password);
        await Expect(Window.GetByText(World.EmailOf(Person))).ToBeVisibleAsync();
    }
}
