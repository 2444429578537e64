using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The hosted pages do all their work in a browser that runs no script.</summary>
public sealed class WithoutScriptTests(World world) : Journey(world)
{
    protected override BrowserNewContextOptions Options => new() { JavaScriptEnabled = false };

    [Fact]
    public async Task A_person_signs_in_and_out_without_script()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf("nora"), World.Password);
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        await App.SignOutAsync();
        await App.ExpectSignedOutAsync();
    }

    [Fact]
    public async Task A_person_signs_in_by_mail_without_script()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.AskForCodeAsync(World.EmailOf("max"));
        await new MailedCodePage(Window).EnterAsync(await World.CodeForAsync(World.EmailOf("max")));
        await new AddressProvenPage(Window).GoOnAsync();
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
    }

    [Fact]
    public async Task An_account_is_created_without_script()
    {
        await App.OpenAsync();
        await App.CreateAccountAsync();
        var create = new CreateAccountPage(Window);
        await create.FillAsync($"plain-{Guid.CreateVersion7():N}@example.test", "Pia", "Plain", "short");
        await create.CreateAsync();
        await create.ExpectAsync();
        await create.Password.FillAsync(World.Password);
        await create.CreateAsync();
        await new MailedCodePage(Window).SkipAsync();
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
    }

    [Fact]
    public async Task A_logo_that_cannot_be_loaded_makes_room_for_the_letter_of_the_app()
    {
        await Window.GotoAsync(
            $"{World.Server}/connect/authorize?client_id=pocket&response_type=code&scope=openid&code_challenge_method=S256" +
            $"&code_challenge={new string('x', 43)}&redirect_uri={Uri.EscapeDataString(World.CustomScheme)}");
        await SignIn.SignInAsync(World.EmailOf("nora"), World.Password);
        var tile = Window.Locator(".tile").First;
        await Assertions.Expect(tile.Locator("img")).ToHaveCountAsync(1);
        var withLogo = await InsideAsync(tile);
        // What is drawn is what a client without a logo has.
        await tile.Locator("img").EvaluateAsync("e => e.remove()");
        Assert.Equal(await InsideAsync(tile), withLogo);
    }

    // Without the edge, which differs.
    private async Task<byte[]> InsideAsync(ILocator tile)
    {
        var box = (await tile.BoundingBoxAsync())!;
        return await Window.ScreenshotAsync(
            new() { Clip = new() { X = box.X + 8, Y = box.Y + 8, Width = box.Width - 16, Height = box.Height - 16 } });
    }
}
