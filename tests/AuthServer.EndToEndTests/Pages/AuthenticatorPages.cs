using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>A person's phone: it knows the key that was typed, and the time.</summary>
public sealed class AuthenticatorApp(string key)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private readonly byte[] _secret = Decode(key.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>RFC 6238.</summary>
    /// <param name="ahead">Steps after this one; the next counts already.</param>
    public string Code(int ahead = 0)
    {
        var counter = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30) + ahead);
#pragma warning disable CA5350 // The standard's own.
        var mac = HMACSHA1.HashData(_secret, counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadUInt32BigEndian(mac.AsSpan(mac[^1] & 15)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string text)
    {
        var bits = string.Concat(text.Select(
            letter => Letters.IndexOf(letter, StringComparison.Ordinal).ToString("b5", CultureInfo.InvariantCulture)));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}

public sealed class SetUpPage(IPage window)
{
    public Task ExpectAsync() =>
        Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Set up an authenticator app" })).ToBeVisibleAsync();

    /// <summary>Types the key of the page into an app.</summary>
    public async Task<AuthenticatorApp> TypeKeyAsync()
    {
        await ExpectAsync();
        await Expect(window.GetByRole(AriaRole.Img, new() { Name = "QR code with the key of your account" })).ToBeVisibleAsync();
        await window.GetByText("Can’t scan the code?").ClickAsync();
        var key = window.Locator("pre code");
        await Expect(key).ToBeVisibleAsync();
        return new AuthenticatorApp(await key.InnerTextAsync());
    }

    public async Task ConfirmAsync(string code)
    {
        await window.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
        await window.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
    }
}

public sealed class RecoveryCodesPage(IPage window)
{
    /// <summary>Downloads the codes and goes on.</summary>
    public async Task<string[]> KeepAsync()
    {
        await Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Keep your recovery codes" })).ToBeVisibleAsync();
        var shown = (await window.Locator("pre code").InnerTextAsync()).Split('\n');
        var download = await window.RunAndWaitForDownloadAsync(
            () => window.GetByRole(AriaRole.Link, new() { Name = "Download" }).ClickAsync());
        Assert.EndsWith(".txt", download.SuggestedFilename, StringComparison.Ordinal);
        var file = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.All(shown, code => Assert.Contains(code, file, StringComparison.Ordinal));
        await window.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
        return shown;
    }
}

public sealed class SecondStepPage(IPage window)
{
    public ILocator Notice { get; } = window.GetByRole(AriaRole.Alert);

    public Task ExpectAsync() => Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Enter your code" })).ToBeVisibleAsync();

    public async Task EnterAsync(string code, bool remember = false)
    {
        await ExpectAsync();
        await window.GetByLabel("Code", new() { Exact = true }).FillAsync(code);
        if (remember) await window.GetByLabel("Don’t ask again on this device for 30 days").CheckAsync();
        await window.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }

    public async Task RecoverAsync(string code)
    {
        await ExpectAsync();
        await window.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code instead" }).ClickAsync();
        await window.GetByLabel("Recovery code").FillAsync(code);
        await window.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
    }
}

public sealed class AuthenticatorPage(IPage window)
{
    public Task ExpectAsync() => Expect(window.GetByRole(AriaRole.Heading, new() { Name = "Authenticator app" })).ToBeVisibleAsync();

    public Task ExpectCodesLeftAsync(int count) => Expect(window.GetByText($"{count} recovery codes are left.")).ToBeVisibleAsync();

    public Task AskAgainAsync() => window.GetByRole(AriaRole.Button, new() { Name = "Ask again" }).ClickAsync();

    public async Task TurnOffAsync(string code)
    {
        await window.GetByText("Turn off the authenticator app").First.ClickAsync();
        await window.Locator("#remove-code").FillAsync(code);
        await window.GetByRole(AriaRole.Button, new() { Name = "Turn off the authenticator app" }).ClickAsync();
    }
}
