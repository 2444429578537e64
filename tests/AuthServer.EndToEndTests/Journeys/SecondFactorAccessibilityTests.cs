using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The pages of second factors under WCAG 2.2 AA as axe checks it, on a phone and on a desktop, light and dark.</summary>
public sealed class SecondFactorAccessibilityTests(World world) : Journey(world)
{
    public static TheoryData<int, ColorScheme> Windows => Axe.Windows;

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Every_page_passes(int width, ColorScheme colours)
    {
        var window = await OpenAsync(Axe.Window(width, colours));
        var email = $"axe-{Guid.CreateVersion7():N}@example.test";
        await window.GotoAsync(World.Server + "/signup");
        var create = new CreateAccountPage(window);
        await create.FillAsync(email, "Ada", "Example", World.Password);
        await create.CreateAsync();
        await new MailedCodePage(window).EnterAsync(await World.CodeForAsync(email));
        await Assertions.Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Your email is confirmed" })).ToBeVisibleAsync();
        await window.GotoAsync(World.Server + "/account/security/totp");
        var setUp = new SetUpPage(window);
        var phone = await setUp.TypeKeyAsync();
        await window.AssertAccessibleAsync("set-up");
        await setUp.ConfirmAsync(phone.Code());
        await window.AssertAccessibleAsync("recovery codes");
        await new RecoveryCodesPage(window).KeepAsync();
        await window.AssertAccessibleAsync("authenticator app");
        await window.Context.ClearCookiesAsync();
        await window.GotoAsync(World.Server + "/signin");
        await new SignInPage(window).SignInAsync(email, World.Password);
        var second = new SecondStepPage(window);
        await second.ExpectAsync();
        await window.AssertAccessibleAsync("second step");
        await second.EnterAsync("000000");
        await window.AssertAccessibleAsync("second step, refused");
        await window.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code instead" }).ClickAsync();
        await window.AssertAccessibleAsync("recovery code");
    }
}
