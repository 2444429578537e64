using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The demo of a server in Development, by what its console prints.</summary>
public sealed partial class DemoApp(IPage window, string console)
{
    public Task OpenAsync() => window.GotoAsync(Address().Match(console).Groups[1].Value);

    /// <summary>From the start to the page with the code.</summary>
    public async Task SignInAsync(string email)
    {
        await window.GetByRole(AriaRole.Button, new() { Name = "Start the sign-in" }).ClickAsync();
        var password = Regex.Match(console, $@"^  {Regex.Escape(email)}\s+(\S+)$", RegexOptions.Multiline).Groups[1].Value;
        await new SignInPage(window).SignInAsync(email, password);
        var heading = window.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(heading).ToHaveTextAsync(ConsentOrCode());
        if (await heading.TextContentAsync() != CodeHeading)
        {
            await window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        }

        await Expect(heading).ToHaveTextAsync(CodeHeading);
    }

    public Task ExchangeAsync() => window.GetByRole(AriaRole.Button, new() { Name = "Exchange the code for tokens" }).ClickAsync();

    public Task ExpectNameAsync(string name) =>
        Expect(window.GetByRole(AriaRole.Heading, new() { Name = $"You are signed in as {name}" })).ToBeVisibleAsync();

    /// <summary>A command that the page offers.</summary>
    public async Task<string> CommandAsync(string part) =>
        (await window.Locator("code", new() { HasText = part }).First.TextContentAsync())!;

    private const string CodeHeading = "The code has arrived";

    [GeneratedRegex(@"open (http\S+/demo) ")]
    private static partial Regex Address();

    [GeneratedRegex(CodeHeading + "|wants to use your account")]
    private static partial Regex ConsentOrCode();
}
