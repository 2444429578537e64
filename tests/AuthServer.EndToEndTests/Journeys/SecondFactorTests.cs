using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person sets up an authenticator app, signs in with it, loses it, and turns it off.</summary>
public abstract class SecondFactorTests(World world, bool script) : Journey(world)
{
    protected override BrowserNewContextOptions Options => new() { JavaScriptEnabled = script };

    [Fact]
    public async Task A_person_sets_up_an_app_signs_in_with_it_loses_it_and_turns_it_off()
    {
        var email = $"totp-{Guid.CreateVersion7():N}@example.test";
        await Window.GotoAsync(World.Server + "/signup");
        var create = new CreateAccountPage(Window);
        await create.FillAsync(email, "Tom", "Otter", World.Password);
        await create.CreateAsync();
        await new MailedCodePage(Window).EnterAsync(await World.CodeForAsync(email));
        await new AddressProvenPage(Window).ExpectAsync();

        await Window.GotoAsync(World.Server + "/account/security");
        await Window.GetByRole(AriaRole.Link, new() { Name = "Set it up" }).ClickAsync();
        var setUp = new SetUpPage(Window);
        var phone = await setUp.TypeKeyAsync();
        await setUp.ConfirmAsync("000000");
        await Assertions.Expect(Window.GetByRole(AriaRole.Alert)).ToContainTextAsync("That code is not right");
        await setUp.ConfirmAsync(phone.Code());
        var codes = await new RecoveryCodesPage(Window).KeepAsync();
        var card = new AuthenticatorPage(Window);
        await card.ExpectCodesLeftAsync(10);

        // In the middle of an app's request.
        await SignOutAsync();
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(email, World.Password);
        var second = new SecondStepPage(Window);
        await second.EnterAsync("000000");
        await Assertions.Expect(second.Notice).ToContainTextAsync("That code is not right");
        await second.EnterAsync(phone.Code(ahead: 1), remember: true);
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();

        await SignOutAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(email, World.Password);
        await ExpectHomeAsync();
        await Window.GotoAsync(World.Server + "/account/security/totp");
        await card.AskAgainAsync();
        await card.ExpectAsync();

        await SignOutAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(email, World.Password);
        await second.RecoverAsync(codes[0]);
        await ExpectHomeAsync();
        await Window.GotoAsync(World.Server + "/account/security/totp");
        await card.ExpectCodesLeftAsync(9);
        await card.TurnOffAsync(codes[1]);
        await Assertions.Expect(Window.GetByText("The authenticator app is turned off.")).ToBeVisibleAsync();
        await SignOutAsync();
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(email, World.Password);
        await ExpectHomeAsync();
        if (script) AssertBrowserIsContent();
    }

    private Task ExpectHomeAsync() =>
        Assertions.Expect(Window.GetByRole(AriaRole.Heading, new() { Name = "You are signed in" })).ToBeVisibleAsync();

    private async Task SignOutAsync()
    {
        await Window.GotoAsync(World.Server + "/signout");
        await new SignOutPage(Window).SignOutAsync();
        await Assertions.Expect(Window.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
    }
}

public sealed class SecondFactorWithScriptTests(World world) : SecondFactorTests(world, script: true);

public sealed class SecondFactorWithoutScriptTests(World world) : SecondFactorTests(world, script: false);
