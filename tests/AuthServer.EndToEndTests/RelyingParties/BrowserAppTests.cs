using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>oidc-client-ts, in Chromium: a public client that watches check_session_iframe.</summary>
[Collection(nameof(ClientServer))]
public sealed class BrowserAppTests(World world, ClientServer server) : Journey(world)
{
    protected override BrowserNewContextOptions Options => new() { IgnoreHTTPSErrors = true };

    [Fact]
    public async Task Oidc_client_ts_signs_a_person_in_and_notices_by_itself_that_the_person_has_signed_out()
    {
        var app = await server.StartAsync("oidc-client-ts");
        await Window.GotoAsync(app.Address);
        await SignIn.SignInAsync(ClientServer.EmailOf("spa"), World.Password);
        await Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await Expect(Window.GetByText("Hello Olive Example (spa@example.test)")).ToBeVisibleAsync();

        var tab = await Window.Context.NewPageAsync();
        await new HostedForms(tab, server.Issuer).SignOutAsync();
        // It asks the server once more, in a frame, and then sends the person to sign in.
        await Window.WaitForURLAsync(address => address.StartsWith(server.Issuer, StringComparison.Ordinal));
        await SignIn.ExpectAsync();
    }
}
