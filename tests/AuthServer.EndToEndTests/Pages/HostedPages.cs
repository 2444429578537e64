using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

public sealed class SignInPage(IPage window)
{
    public ILocator Email { get; } = window.GetByLabel("Email");

    public ILocator Password { get; } = window.GetByLabel("Password", new() { Exact = true });

    public ILocator Notice { get; } = window.GetByRole(AriaRole.Alert);

    public Task ExpectAsync() => Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Sign in", Level = 1 })).ToBeVisibleAsync();

    /// <summary>Asks for a code by mail.</summary>
    public async Task AskForCodeAsync(string email)
    {
        await ExpectAsync();
        await Email.FillAsync(email);
        await window.GetByRole(AriaRole.Button, new() { Name = "Email me a code" }).ClickAsync();
    }

    public async Task SignInAsync(string email, string password)
    {
        await ExpectAsync();
        await Email.FillAsync(email);
        await Password.FillAsync(password);
        await window.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }
}

public sealed class ConsentPage(IPage window)
{
    public Task ExpectAsync() =>
        Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Notebook wants to use your account" })).ToBeVisibleAsync();

    public Task ExpectPromiseAsync(string text) => Expect(window.GetByText(text, new() { Exact = true })).ToBeVisibleAsync();

    public async Task AllowAsync()
    {
        await ExpectAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
    }

    public async Task RefuseAsync()
    {
        await ExpectAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = "Don’t allow" }).ClickAsync();
    }
}

public sealed class CreateAccountPage(IPage window)
{
    public ILocator Password { get; } = window.GetByLabel("Password", new() { Exact = true });

    public Task ExpectAsync() => Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Create an account" })).ToBeVisibleAsync();

    public Task ExpectMessageAsync(string text) => Expect(window.GetByText(text)).ToBeVisibleAsync();

    public async Task FillAsync(string email, string firstName, string lastName, string password)
    {
        await ExpectAsync();
        await window.GetByLabel("Email").FillAsync(email);
        await window.GetByLabel("First name").FillAsync(firstName);
        await window.GetByLabel("Last name").FillAsync(lastName);
        await Password.FillAsync(password);
    }

    public Task CreateAsync() => window.GetByRole(AriaRole.Button, new() { Name = "Create account" }).ClickAsync();
}

/// <summary>The page that wants the code of a mail.</summary>
public sealed class MailedCodePage(IPage window)
{
    public Task ExpectAsync() => Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Check your mail" })).ToBeVisibleAsync();

    public async Task EnterAsync(string code)
    {
        await ExpectAsync();
        await window.GetByLabel("Code from the mail").FillAsync(code);
        await window.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    public async Task SkipAsync()
    {
        await ExpectAsync();
        await window.GetByRole(AriaRole.Link, new() { Name = "Not now" }).ClickAsync();
    }
}

/// <summary>What a person is told whose address is proven by the first sign-in by mail.</summary>
public sealed class AddressProvenPage(IPage window)
{
    public Task ExpectAsync() =>
        Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Your email is confirmed" })).ToBeVisibleAsync();

    public async Task GoOnAsync()
    {
        await ExpectAsync();
        await window.GetByRole(AriaRole.Link, new() { Name = "Continue" }).ClickAsync();
    }
}

/// <summary>From "Forgot your password?" to the new one.</summary>
public sealed class ForgottenPasswordPages(IPage window)
{
    public async Task AskAsync(string email)
    {
        await window.GetByRole(AriaRole.Link, new() { Name = "Forgot your password?" }).ClickAsync();
        await window.GetByLabel("Email").FillAsync(email);
        await window.GetByRole(AriaRole.Button, new() { Name = "Send code" }).ClickAsync();
    }

    public async Task ChooseAsync(string password)
    {
        await Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Choose a new password" })).ToBeVisibleAsync();
        await window.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await window.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Your password is changed" })).ToBeVisibleAsync();
    }

    public Task GoOnAsync() => window.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).ClickAsync();
}

public sealed class SignOutPage(IPage window)
{
    public Task ExpectAsync() => Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Sign out?" })).ToBeVisibleAsync();

    public async Task SignOutAsync()
    {
        await ExpectAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
    }
}
