using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The app in clients/openid-client-app.</summary>
public sealed class NotebookApp(IPage window, string address)
{
    public Task OpenAsync() => window.GotoAsync(address);

    public Task SignInAsync() => ClickAsync("login");

    public Task CreateAccountAsync() => ClickAsync("signup");

    public Task AskWhoAsync() => ClickAsync("userinfo");

    public Task RefreshAsync() => ClickAsync("refresh");

    public Task WriteNoteAsync() => ClickAsync("notes");

    public Task SignOutAsync() => window.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();

    public Task ExpectSignedInAsync() => ExpectAsync("state", "signed in");

    public Task ExpectSignedOutAsync() => ExpectAsync("state", "signed out");

    public Task ExpectAsync(string fact, string text) => Expect(Fact(fact)).ToHaveTextAsync(text);

    public Task ExpectPartAsync(string fact, string text) => Expect(Fact(fact)).ToContainTextAsync(text);

    public async Task<string> ReadAsync(string fact) => await Fact(fact).TextContentAsync() ?? "";

    private Task ClickAsync(string action) => Action(action).ClickAsync();

    // An action and a fact may have one name: what one asks for and what came back.
    private ILocator Action(string id) => window.Locator($"a[data-testid={id}], button[data-testid={id}]");

    private ILocator Fact(string id) => window.Locator($"dd[data-testid={id}], p[data-testid={id}]");
}
