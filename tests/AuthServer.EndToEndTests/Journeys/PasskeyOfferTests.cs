using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person who has just signed in with a password is offered a passkey, by Chromium's own authenticators.</summary>
public sealed class PasskeyOfferTests(World world) : Journey(world)
{
    private const string Person = "pim";

    private Devices _devices = null!;

    private ILocator Title => Window.GetByRole(AriaRole.Heading, new() { Name = "Sign in faster next time" });

    private ILocator Later => Window.GetByRole(AriaRole.Button, new() { Name = "Not now" });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _devices = await Devices.OfAsync(Window);
    }

    [Fact]
    public async Task Not_now_is_remembered_and_a_passkey_is_made_where_the_person_wants_one()
    {
        await _devices.PlugInPlatformAsync();
        await SignInForAppAsync();
        await Expect(Title).ToBeVisibleAsync();
        await Expect(Later).ToBeVisibleAsync();
        await Window.AssertAccessibleAsync("offer of a passkey");
        await Later.ClickAsync();
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();

        // In another browser the person takes it, and the next sign-in there needs no password.
        await OpenAsync(new());
        _devices = await Devices.OfAsync(Window);
        var device = await _devices.PlugInPlatformAsync();
        await SignInForAppAsync();
        await Window.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await App.ExpectSignedInAsync();
        Assert.Equal(1, await _devices.CountAsync(device));
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task A_browser_that_makes_passkeys_silently_shows_no_question()
    {
        // Chromium makes one only for who uses its own password manager: the page sees what such a browser says.
        await Window.AddInitScriptAsync("""
            PublicKeyCredential.getClientCapabilities = async () => ({ conditionalCreate: true });
            const create = navigator.credentials.create.bind(navigator.credentials);
            navigator.credentials.create = ({ mediation, ...options }) => {
              if (mediation !== "conditional" || options.publicKey.authenticatorSelection.userVerification !== "preferred")
                return Promise.reject(new DOMException("asks", "NotAllowedError"));
              return create(options);
            };
            """);
        var device = await _devices.PlugInPlatformAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(World.EmailOf("pip"), World.Password);
        await Expect(Window.GetByText(World.EmailOf("pip"))).ToBeVisibleAsync();
        await Expect(Later).ToHaveCountAsync(0);
        Assert.Equal(1, await _devices.CountAsync(device));
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task A_device_that_keeps_no_passkeys_and_a_person_who_cancels_go_on()
    {
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(World.EmailOf("pat"), World.Password);
        await Expect(Window).ToHaveURLAsync(World.Server + "/");

        await OpenAsync(new());
        _devices = await Devices.OfAsync(Window);
        var device = await _devices.PlugInPlatformAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(World.EmailOf("pat"), World.Password);
        await Expect(Title).ToBeVisibleAsync();
        await _devices.VerifiesAsync(device, false);
        await Window.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Status)).ToHaveTextAsync("No passkey was used. Try again, or go on another way.");
        await Later.ClickAsync();
        await Expect(Window).ToHaveURLAsync(World.Server + "/");
    }

    private async Task SignInForAppAsync()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf(Person), World.Password);
    }
}
