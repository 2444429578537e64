using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>Accounts that live by passkeys, in Chromium with two authenticators of its own; and what a page says when one fails.</summary>
public sealed class PasskeySignUpTests(World world) : Journey(world)
{
    private Devices _devices = null!;

    private MyAccountPages Account => new(Window, World.Server);

    private ILocator Status => Window.GetByRole(AriaRole.Status);

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _devices = await Devices.OfAsync(Window);
    }

    [Fact]
    public async Task A_person_signs_up_with_a_passkey_adds_a_security_key_and_signs_in_with_it()
    {
        var email = $"key-{Guid.CreateVersion7():N}@example.test";
        var platform = await _devices.PlugInPlatformAsync();
        await App.OpenAsync();
        await App.CreateAccountAsync();
        await new CreateAccountPage(Window).ExpectAsync();
        await Window.AssertAccessibleAsync("sign-up page with passkeys");
        await Window.GetByLabel("Email").FillAsync(email);
        await Window.GetByRole(AriaRole.Button, new() { Name = "Use a passkey instead of a password" }).ClickAsync();
        await new MailedCodePage(Window).EnterAsync(await World.CodeForAsync(email));
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = "Create your passkey" })).ToBeVisibleAsync();
        await Window.AssertAccessibleAsync("page for the first passkey");
        await Window.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        Assert.Equal(1, await _devices.CountAsync(platform));

        // A second authenticator, of another kind: the list tells them apart.
        await Window.GotoAsync(World.Server + "/account/security");
        await Expect(Window.GetByText("You have no password")).ToBeVisibleAsync();
        await _devices.UnplugAsync(platform);
        var key = await _devices.PlugInKeyAsync();
        await Account.FollowAsync("Add a passkey");
        await Account.PressAsync("Add a passkey");
        await Account.ExpectNoticeAsync("Your passkey was added");
        Assert.Equal(1, await _devices.CountAsync(key));
        var pictures = Window.Locator(".item svg.device");
        await Expect(pictures).ToHaveCountAsync(2);
        Assert.NotEqual(await pictures.First.InnerHTMLAsync(), await pictures.Last.InnerHTMLAsync());

        await _devices.TouchAsync(key, false);
        await Window.Context.ClearCookiesAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await _devices.TouchAsync(key, true);
        await Account.PressAsync("Sign in with a passkey");
        await Expect(Window.GetByText(email)).ToBeVisibleAsync();
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task A_page_says_in_distinct_words_that_a_passkey_was_cancelled_timed_out_or_cannot_be_used()
    {
        await Window.Clock.InstallAsync();
        // Chromium ends at once for want of an authenticator; what it says is chosen here, and when.
        await Window.AddInitScriptAsync("""
            PublicKeyCredential.isConditionalMediationAvailable = async () => false;
            navigator.credentials.get = () => new Promise((_, reject) => (window.end = (name) => reject(new DOMException("", name))));
            """);
        await Window.GotoAsync(World.Server + "/signin");
        foreach (var (seconds, name, words) in new[]
        {
            (1, "NotAllowedError", "No passkey was used. Try again, or go on another way."),
            (295, "NotAllowedError", "The time for the passkey ran out. Try again."),
            (1, "SecurityError", "This browser or device cannot use a passkey here. Go on another way."),
            (1, "NotSupportedError", "This browser or device cannot use a passkey here. Go on another way."),
        })
        {
            var asked = Window.WaitForResponseAsync("**/signin/passkey/question");
            await Account.PressAsync("Sign in with a passkey");
            await asked;
            await Window.WaitForFunctionAsync("() => window.end");
            await Window.Clock.FastForwardAsync(seconds * 1000);
            await Window.EvaluateAsync("name => { window.end(name); window.end = null; }", name);
            await Expect(Status).ToHaveTextAsync(words);
        }
    }

    [Fact]
    public async Task A_page_that_lies_idle_asks_for_a_new_challenge_before_the_old_one_ends()
    {
        await Window.Clock.InstallAsync();
        await Window.AddInitScriptAsync("""
            PublicKeyCredential.isConditionalMediationAvailable = async () => true;
            navigator.credentials.get = ({ signal }) => new Promise((_, reject) => {
              window.waits = (window.waits ?? 0) + 1;
              signal.onabort = () => reject(new DOMException("", "AbortError"));
            });
            """);
        await Window.GotoAsync(World.Server + "/signin");
        await Window.WaitForFunctionAsync("() => window.waits === 1");
        await Window.Clock.FastForwardAsync(245_000);
        await Window.WaitForFunctionAsync("() => window.waits === 2");
        await Window.Clock.FastForwardAsync(245_000);
        await Window.WaitForFunctionAsync("() => window.waits === 3");
        await Expect(Status).ToHaveTextAsync("");
    }

    [Fact]
    public async Task A_web_view_without_passkeys_shows_nothing_of_them_and_every_other_way()
    {
        await Window.AddInitScriptAsync("delete window.PublicKeyCredential;");
        await Window.GotoAsync(World.Server + "/signup");
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Create account" })).ToBeVisibleAsync();
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" })).ToHaveCountAsync(0);
        await Window.GotoAsync(World.Server + "/signin");
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" })).ToHaveCountAsync(0);
        await SignIn.SignInAsync(World.EmailOf("pen"), World.Password);
        await Expect(Window).ToHaveURLAsync(World.Server + "/");
        AssertBrowserIsContent();
    }
}
