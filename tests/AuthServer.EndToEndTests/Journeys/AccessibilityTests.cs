using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The hosted pages under WCAG 2.2 AA as axe checks it, on a phone and on a desktop, light and dark.</summary>
public sealed class AccessibilityTests(World world) : Journey(world)
{
    public static TheoryData<int, ColorScheme> Windows => Axe.Windows;

    [Theory]
    [MemberData(nameof(Windows))]
    public async Task Every_page_passes(int width, ColorScheme colours)
    {
        var window = await OpenAsync(Axe.Window(width, colours));
        var (app, signIn) = (new NotebookApp(window, World.App), new SignInPage(window));

        await app.OpenAsync();
        await app.CreateAccountAsync();
        var create = new CreateAccountPage(window);
        await window.AssertAccessibleAsync("create account");
        await create.FillAsync($"axe-{Guid.CreateVersion7():N}@example.test", "Ada", "Example", "short");
        await create.CreateAsync();
        await create.ExpectAsync();
        await window.AssertAccessibleAsync("create account, refused");

        await app.OpenAsync();
        await app.SignInAsync();
        await signIn.ExpectAsync();
        await window.AssertAccessibleAsync("sign in");
        await signIn.SignInAsync(World.EmailOf("axel"), "Not-His-Password-1");
        await signIn.ExpectAsync();
        await window.AssertAccessibleAsync("sign in, refused");
        await signIn.SignInAsync(World.EmailOf("axel"), World.Password);
        await new ConsentPage(window).ExpectAsync();
        await window.AssertAccessibleAsync("consent");

        await window.GotoAsync(World.Server + "/connect/endsession");
        var signOut = new SignOutPage(window);
        await signOut.ExpectAsync();
        await window.AssertAccessibleAsync("sign out");
        await signOut.SignOutAsync();
        await Assertions.Expect(window.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("signed out");

        var demo = new DemoApp(window, World.Console);
        await demo.OpenAsync();
        await window.AssertAccessibleAsync("demo");
        await demo.SignInAsync("bob@example.com");
        await window.AssertAccessibleAsync("demo, code");
        await demo.ExchangeAsync();
        await demo.ExpectNameAsync("Bob Baker");
        await window.AssertAccessibleAsync("demo, tokens");

        await window.GotoAsync(World.Server + "/connect/authorize?client_id=nobody&response_type=code");
        await window.AssertAccessibleAsync("error");
    }
}
