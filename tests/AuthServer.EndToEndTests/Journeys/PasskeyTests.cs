using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person makes a passkey and signs in with it, in Chromium with an authenticator that it plays itself.</summary>
public sealed class PasskeyTests(World world) : Journey(world)
{
    private const string Person = "pam";

    private ICDPSession _devices = null!;
    private string _device = "";

    private ILocator Button => Window.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _devices = await Window.Context.NewCDPSessionAsync(Window);
        await _devices.SendAsync("WebAuthn.enable");
        _device = await PlugInAsync();
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
        await TouchAsync(false);
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await Expect(Button).ToBeVisibleAsync();
        await Window.AssertAccessibleAsync("sign-in page with passkeys");
        await TouchAsync(true);
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

    [Fact]
    public async Task Without_a_passkey_here_the_page_says_so_and_the_password_still_works()
    {
        await Window.GotoAsync(World.Server + "/signin");
        await Button.ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Status)).ToHaveTextAsync("No passkey was used. Try again, or go on another way.");
        await SignIn.SignInAsync(World.EmailOf(Person), World.Password);
        await Expect(Window.GetByText(World.EmailOf(Person))).ToBeVisibleAsync();
    }

    private async Task<string> PlugInAsync()
    {
        var answer = await _devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["ctap2Version"] = "ctap2_1", ["transport"] = "internal", ["hasResidentKey"] = true,
                ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return answer!.Value.GetProperty("authenticatorId").GetString()!;
    }

    private Task TouchAsync(bool touches) => _devices.SendAsync("WebAuthn.setAutomaticPresenceSimulation", new()
    {
        ["authenticatorId"] = _device, ["enabled"] = touches,
    });
}
