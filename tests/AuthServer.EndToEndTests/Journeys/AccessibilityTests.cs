using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The hosted pages under WCAG 2.2 AA as axe checks it, on a phone and on a desktop, light and dark.</summary>
public sealed class AccessibilityTests(World world) : Journey(world)
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

    [Theory]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task Every_page_passes(int width, ColorScheme colours)
    {
        var window = await OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 844 }, ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
        var (app, signIn) = (new NotebookApp(window, World.App), new SignInPage(window));

        await app.OpenAsync();
        await app.CreateAccountAsync();
        var create = new CreateAccountPage(window);
        await CheckAsync(window, "create account");
        await create.FillAsync($"axe-{Guid.CreateVersion7():N}@example.test", "Ada", "Example", "short");
        await create.CreateAsync();
        await create.ExpectAsync();
        await CheckAsync(window, "create account, refused");

        await app.OpenAsync();
        await app.SignInAsync();
        await signIn.ExpectAsync();
        await CheckAsync(window, "sign in");
        await signIn.SignInAsync(World.EmailOf("axel"), "Not-His-Password-1");
        await signIn.ExpectAsync();
        await CheckAsync(window, "sign in, refused");
        await signIn.SignInAsync(World.EmailOf("axel"), World.Password);
        await new ConsentPage(window).ExpectAsync();
        await CheckAsync(window, "consent");

        await window.GotoAsync(World.Server + "/connect/endsession");
        var signOut = new SignOutPage(window);
        await signOut.ExpectAsync();
        await CheckAsync(window, "sign out");
        await signOut.SignOutAsync();
        await Assertions.Expect(window.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
        await CheckAsync(window, "signed out");

        var demo = new DemoApp(window, World.Console);
        await demo.OpenAsync();
        await CheckAsync(window, "demo");
        await demo.SignInAsync("bob@example.com");
        await CheckAsync(window, "demo, code");
        await demo.ExchangeAsync();
        await demo.ExpectNameAsync("Bob Baker");
        await CheckAsync(window, "demo, tokens");

        await window.GotoAsync(World.Server + "/connect/authorize?client_id=nobody&response_type=code");
        await CheckAsync(window, "error");
    }

    private static async Task CheckAsync(IPage window, string page)
    {
        var result = await window.RunAxe(Rules);
        Assert.True(result.Violations.Length == 0, $"{page}: " + string.Join("; ", result.Violations.Select(v =>
            $"{v.Id} ({v.Help}) at {string.Join(", ", v.Nodes.Select(n => n.Html))}")));
        // WCAG 1.4.10: nothing has to be scrolled sideways.
        Assert.True(
            await window.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{page} is wider than its window");
    }
}
