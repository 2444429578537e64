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
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
    }
}
