using System.IO.Compression;
using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>An account from its first day to its last: every way in, every way back, every section.</summary>
public abstract class WholeLifeTests(World world, bool script) : Journey(world)
{
    private const string FirstPassword = "Maple-Harbour-27-Drum", SecondPassword = "Tulip-Anvil-58-Crow";

    private readonly string _email = $"life-{Guid.CreateVersion7():N}@example.test";
    private readonly List<string> _codes = [];

    private HostedForms Pages => new(Window, World.Server);

    [Fact]
    public async Task A_person_lives_with_an_account_from_sign_up_to_deletion()
    {
        await SignUpAsync();
        if (script) await UsePasskeyAsync();
        await UseAppCodesAsync();
        await ForgetPasswordAsync();
        await UseAnAppAsync();
        await EndASessionAsync();
        await WithdrawAndExportAsync();
        await DeleteAsync();
        if (script) AssertBrowserIsContent();
    }

    private async Task SignUpAsync()
    {
        await Pages.OpenAsync("/signup");
        await Pages.SubmitAsync("/signup", ("email", _email), ("first_name", "Lia"), ("last_name", "Lang"), ("password", FirstPassword));
        await Pages.SubmitAsync("/email/code", ("code", await World.CodeForAsync(_email)));
        await Pages.OpenAsync("/");
        await Pages.ExpectPersonAsync(_email);
        await Pages.SignOutAsync();
        await Pages.OpenAsync("/signin");
        await Pages.SignInAsync(_email, FirstPassword);
        await Pages.ExpectPersonAsync(_email);
    }

    private async Task UsePasskeyAsync()
    {
        var devices = await Window.Context.NewCDPSessionAsync(Window);
        await devices.SendAsync("WebAuthn.enable");
        var device = await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["ctap2Version"] = "ctap2_1", ["transport"] = "internal", ["hasResidentKey"] = true,
                ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        await Pages.OpenAsync("/account/security/passkeys/new");
        await Pages.SubmitAsync("/account/security/passkeys");
        await Pages.ExpectAsync("/account/security");
        await Pages.SignOutAsync();
        // The field offers it, and the virtual authenticator takes it at once, until it is unplugged.
        await Pages.OpenAsync("/signin");
        await Pages.ExpectPersonAsync(_email);
        await devices.SendAsync(
            "WebAuthn.removeVirtualAuthenticator",
            new() { ["authenticatorId"] = device!.Value.GetProperty("authenticatorId").GetString()! });
    }

    private async Task UseAppCodesAsync()
    {
        await Pages.OpenAsync("/account/security/totp");
        await Window.Locator("details summary").First.ClickAsync();
        var key = Window.Locator("pre code");
        await Expect(key).ToBeVisibleAsync();
        var phone = new AuthenticatorApp(await key.InnerTextAsync());
        await Pages.SubmitAsync("/account/security/totp", ("code", phone.Code()));
        await Expect(Window.Locator("a[download]")).ToBeVisibleAsync();
        _codes.AddRange((await Window.Locator("pre code").InnerTextAsync()).Split('\n'));
        Assert.Equal(10, _codes.Count);

        await SignOutAsync();
        await Pages.SignInAsync(_email, FirstPassword);
        await Pages.SubmitAsync("/signin/second-factor", ("code", phone.Code(ahead: 1)));
        await Pages.ExpectPersonAsync(_email);
        await SignOutAsync();
        await Pages.SignInAsync(_email, FirstPassword);
        await RecoverAsync();
    }

    private async Task ForgetPasswordAsync()
    {
        await SignOutAsync();
        await Pages.FollowAsync("/password/forgotten");
        await Pages.SubmitAsync("/password/forgotten", ("email", _email));
        await Pages.SubmitAsync("/password/code", ("code", await World.CodeForAsync(_email, mail: 2)));
        await Pages.SubmitAsync("/password/reset", ("password", SecondPassword));
        await Pages.FollowAsync("/signin");
        await Pages.SignInAsync(_email, SecondPassword);
        await RecoverAsync();
    }

    private async Task UseAnAppAsync()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await Pages.SubmitAsync("/consent");
        await App.ExpectSignedInAsync();
    }

    private async Task EndASessionAsync()
    {
        await using var other = await World.Chromium.NewContextAsync(new() { JavaScriptEnabled = false });
        var elsewhere = await other.NewPageAsync();
        var there = new HostedForms(elsewhere, World.Server);
        await there.OpenAsync("/signin");
        await there.SignInAsync(_email, SecondPassword);
        await RecoverAsync(there, elsewhere);

        await Pages.OpenAsync("/account/sessions");
        await Expect(Window.Locator(".place")).ToHaveCountAsync(2);
        await Pages.SubmitAsync("/account/sessions/end");
        await Expect(Window.Locator(".place")).ToHaveCountAsync(1);
        await there.OpenAsync("/account");
        await there.ExpectAsync("/signin");
    }

    private async Task WithdrawAndExportAsync()
    {
        await Pages.OpenAsync("/account/apps");
        await Pages.SubmitAsync("/account/apps/withdraw");
        await Expect(Window.Locator(".place")).ToHaveCountAsync(0);
        await Pages.OpenAsync("/account/activity");
        await Expect(Window.GetByText("Notebook").First).ToBeVisibleAsync();
        await Pages.OpenAsync("/account/data");
        var download = await Window.RunAndWaitForDownloadAsync(() => Pages.SubmitAsync("/account/data/export"));
        using var zip = ZipFile.OpenRead(await download.PathAsync());
        Assert.Contains(zip.Entries, entry => entry.Name == "index.html");
    }

    private async Task DeleteAsync()
    {
        await Pages.OpenAsync("/account/data/delete");
        await Pages.SubmitAsync("/account/data/delete", ("email", _email));
        await Pages.ExpectPersonAsync(_email);
        await Pages.OpenAsync("/account");
        await Pages.ExpectAsync("/signin");
    }

    private async Task SignOutAsync()
    {
        await Pages.SignOutAsync();
        await Pages.OpenAsync("/signin");
    }

    private Task RecoverAsync() => RecoverAsync(Pages, Window);

    private async Task RecoverAsync(HostedForms pages, IPage window)
    {
        await window.Locator("a[href*='recovery-code']").First.ClickAsync();
        await pages.SubmitAsync("/signin/second-factor", ("code", _codes[^1]));
        _codes.RemoveAt(_codes.Count - 1);
        await pages.ExpectPersonAsync(_email);
    }
}

public sealed class WholeLifeOnADesktopTests(World world) : WholeLifeTests(world, script: true);

public sealed class WholeLifeWithoutScriptTests(World world) : WholeLifeTests(world, script: false)
{
    protected override BrowserNewContextOptions Options => new() { JavaScriptEnabled = false };
}

public sealed class WholeLifeOnAPhoneInArabicTests(World world) : WholeLifeTests(world, script: true)
{
    protected override BrowserNewContextOptions Options => new()
    {
        Locale = "ar-EG", ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true,
        ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce,
    };
}
