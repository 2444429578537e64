using System.IO.Compression;
using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person looks after their account: on a desktop and on a phone, with script and without.</summary>
public sealed class MyAccountTests(World world) : Journey(world)
{
    private const string NewPassword = "Purple-Teapot-84";

    private const string Phone =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 "
        + "Safari/604.1";

    [Theory]
    [InlineData(1280, true)]
    [InlineData(390, false)]
    public async Task A_person_looks_after_the_account_and_deletes_it(int width, bool script)
    {
        var window = await OpenAsync(new() { ViewportSize = new() { Width = width, Height = 844 }, JavaScriptEnabled = script });
        var account = new MyAccountPages(window, World.Server);
        var email = await SignUpAsync();
        await account.OpenAsync();
        await account.ExpectAsync("Your account");
        await account.GoToAsync("Profile");
        await account.FillAsync("Nickname", "Kimmy");
        await account.FillAsync("Date of birth", "1990-05-04");
        await account.PressAsync("Save");
        await account.ExpectNoticeAsync("Your changes are saved");
        await Expect(window.GetByLabel("Nickname")).ToHaveValueAsync("Kimmy");

        // Another device is signed out from here.
        await using var other = await World.Chromium.NewContextAsync(new() { UserAgent = Phone });
        var elsewhere = await other.NewPageAsync();
        await elsewhere.GotoAsync(World.Server + "/signin?returnUrl=/account");
        await new SignInPage(elsewhere).SignInAsync(email, World.Password);
        await new MyAccountPages(elsewhere, World.Server).ExpectAsync("Your account");
        await account.GoToAsync("Sessions");
        await Expect(account.Places).ToHaveCountAsync(2);
        await Expect(account.Places.Nth(1)).ToContainTextAsync("Safari on iPhone");
        await account.Places.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await account.ExpectNoticeAsync("That place is signed out");
        await elsewhere.ReloadAsync();
        await new SignInPage(elsewhere).ExpectAsync();

        await account.GoToAsync("Sign-in and security");
        await account.FollowAsync("Change password");
        await account.FillAsync("Current password", World.Password);
        await account.FillAsync("New password", NewPassword);
        await account.PressAsync("Change password");
        await account.ExpectNoticeAsync("Your password is changed");

        await account.GoToAsync("Connected apps");
        await Expect(account.Places).ToContainTextAsync("Notebook");
        await window.GetByText("What it may see and do").ClickAsync();
        await Expect(window.GetByText("Read your notes")).ToBeVisibleAsync();
        await account.PressAsync("Remove access");
        await account.ExpectNoticeAsync("That app has no access any more");
        await Expect(window.GetByText("No app uses your account.")).ToBeVisibleAsync();

        await account.GoToAsync("Activity");
        await Expect(window.GetByText("You removed the access of Notebook")).ToBeVisibleAsync();
        await account.GoToAsync("Your data");
        var download = await window.RunAndWaitForDownloadAsync(() => account.PressAsync("Download"));
        using (var zip = ZipFile.OpenRead(await download.PathAsync())) Assert.Contains(zip.Entries, e => e.Name == "index.html");

        await account.FollowAsync("Delete your account");
        await account.FillAsync($"To confirm, type {email}", email);
        await account.PressAsync("Delete my account");
        await account.ExpectAsync("Your account is closed");
        await account.FollowAsync("Sign in");
        await new SignInPage(window).SignInAsync(email, NewPassword);
        await account.ExpectAsync("Keep your account?");
        await account.PressAsync("Keep my account");
        await account.ExpectNoticeAsync("Your account stays");
        await new SignInPage(window).SignInAsync(email, NewPassword);
        await account.FollowAsync("Manage your account");
        await account.ExpectAsync("Your account");
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task Every_page_of_the_account_passes()
    {
        var window = await OpenAsync(Axe.Window(390, ColorScheme.Dark));
        var account = new MyAccountPages(window, World.Server);
        var email = await SignUpAsync();
        await account.OpenAsync();
        await window.AssertAccessibleAsync("account");
        foreach (var (section, path) in MyAccountPages.Sections)
        {
            await account.GoToAsync(section);
            Assert.Equal(path, new Uri(window.Url).AbsolutePath);
            if (section == "Connected apps") await window.GetByText("What it may see and do").ClickAsync();
            await window.AssertAccessibleAsync(section);
        }

        foreach (var path in new[] { "/account/security/password", "/account/data/delete" })
        {
            await window.GotoAsync(World.Server + path);
            await window.AssertAccessibleAsync(path);
        }

        await account.FillAsync($"To confirm, type {email}", "not it");
        await account.PressAsync("Delete my account");
        await window.AssertAccessibleAsync("delete, wrong address");
        await account.GoToAsync("Profile");
        await account.FillAsync("Website", "not an address");
        await account.PressAsync("Save");
        await account.ExpectNoticeAsync("Check the marked fields");
        await window.AssertAccessibleAsync("profile, refused");
        AssertBrowserIsContent();
    }

    /// <summary>A new person, with an app that uses the account.</summary>
    private async Task<string> SignUpAsync()
    {
        var email = $"keeper-{Guid.CreateVersion7():N}@example.test";
        await App.OpenAsync();
        await App.CreateAccountAsync();
        var create = new CreateAccountPage(Window);
        await create.FillAsync(email, "Kim", "Keeper", World.Password);
        await create.CreateAsync();
        await new MailedCodePage(Window).SkipAsync();
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        return email;
    }
}
