using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A person uses an app that knows nothing of this server but the standard: it is built on openid-client.</summary>
public sealed class AppJourneyTests(World world) : Journey(world)
{
    [Fact]
    public async Task A_person_signs_in_to_an_app_uses_it_and_signs_out()
    {
        await App.OpenAsync();
        await App.ExpectSignedOutAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf("olive"), World.Password);
        await Consent.ExpectPromiseAsync("Read your notes");
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        await App.ExpectPartAsync("claims", $"\"iss\":\"{World.Server}\"");
        await App.ExpectPartAsync("claims", "\"aud\":\"notebook\"");

        await App.AskWhoAsync();
        await App.ExpectPartAsync("userinfo", "\"email\":\"olive@example.test\"");
        await App.ExpectPartAsync("userinfo", await App.ReadAsync("subject"));

        await App.RefreshAsync();
        await App.ExpectAsync("refreshed", "new refresh token");

        await App.WriteNoteAsync();
        await App.ExpectAsync("note-written", "Milk & bread");
        await App.ExpectAsync("notes", "[\"Milk & bread\"]");

        await App.SignOutAsync();
        await App.ExpectSignedOutAsync();
        AssertBrowserIsContent();

        // The server's own session ended too: it asks for the password again, but not for what it was told already.
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf("olive"), World.Password);
        await App.ExpectSignedInAsync();
    }

    [Fact]
    public async Task An_app_that_is_refused_is_told_so_and_gets_nothing()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf("dora"), World.Password);
        await Consent.RefuseAsync();
        await App.ExpectAsync("error", "access_denied");
        await App.ExpectSignedOutAsync();
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task A_wrong_password_is_said_calmly_and_the_right_one_then_works()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf("rosa"), "Not-Her-Password-1");
        await Microsoft.Playwright.Assertions.Expect(Window.GetByText("That email and password do not match.")).ToBeVisibleAsync();
        await Microsoft.Playwright.Assertions.Expect(SignIn.Email).ToHaveValueAsync(World.EmailOf("rosa"));
        await Microsoft.Playwright.Assertions.Expect(SignIn.Password).ToHaveValueAsync("");
        await Microsoft.Playwright.Assertions.Expect(SignIn.Password).ToBeFocusedAsync();
        await SignIn.SignInAsync(World.EmailOf("rosa"), World.Password);
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task An_app_that_wants_a_fresh_sign_in_gets_one_and_only_one()
    {
        await Window.GotoAsync(World.App + "/login?prompt=login");
        await SignIn.SignInAsync(World.EmailOf("fay"), World.Password);
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
    }

    [Fact]
    public async Task A_newcomer_creates_an_account_on_the_way_to_an_app()
    {
        var email = $"new-{Guid.CreateVersion7():N}@example.test";
        await App.OpenAsync();
        await App.CreateAccountAsync();
        var create = new CreateAccountPage(Window);
        await create.FillAsync(email, "Nia", "Newcomer", "P@ssw0rd");
        await create.CreateAsync();
        // The commonest passwords are refused whatever their mixture.
        await create.ExpectMessageAsync("Easy to guess");
        await create.Password.FillAsync("Amber-Kettle-58-Wind");
        await create.CreateAsync();
        await new MailedCodePage(Window).EnterAsync(await World.CodeForAsync(email));
        await Consent.AllowAsync();
        await App.ExpectSignedInAsync();
        await App.AskWhoAsync();
        await App.ExpectPartAsync("userinfo", "\"email_verified\":true");
        await App.ExpectPartAsync("userinfo", $"\"email\":\"{email}\"");
        await App.ExpectPartAsync("userinfo", "\"given_name\":\"Nia\"");
        AssertBrowserIsContent();
    }
}
