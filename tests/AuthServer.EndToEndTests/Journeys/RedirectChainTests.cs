using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>Sign-in and consent end at an app whose callback redirects on to origins that this server does not know.</summary>
/// <remarks>Chromium applies the CSP directive form-action to every redirect after a form post.</remarks>
public sealed class RedirectChainTests(World world) : Journey(world)
{
    private const string Proof = "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=s";

    [Theory]
    [InlineData("bea", true, "query")]
    [InlineData("bert", false, "query")]
    [InlineData("bill", true, "form_post")]
    [InlineData("bina", false, "form_post")]
    public async Task A_callback_may_redirect_on_to_other_origins(string person, bool script, string mode)
    {
        await using var chain = await RedirectChain.StartAsync(World.Broker);
        var window = await OpenAsync(new() { JavaScriptEnabled = script });
        await window.GotoAsync(Request("broker", World.Broker + "/cb") + "&response_mode=" + mode);
        await new SignInPage(window).SignInAsync(World.EmailOf(person), World.Password);
        await window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        if (mode == "form_post" && !script) await window.GetByRole(AriaRole.Button, new() { Name = "Continue" }).ClickAsync();
        await window.WaitForURLAsync(chain.End + "/end?answered");

        // No hint: the person confirms, and goes back the same way.
        await window.GotoAsync(
            $"{World.Server}/connect/endsession?client_id=broker&state=out" +
            $"&post_logout_redirect_uri={Uri.EscapeDataString(World.Broker + "/cb")}");
        await new SignOutPage(window).SignOutAsync();
        await window.WaitForURLAsync(chain.End + "/end?answered");
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task A_callback_on_ipv6_loopback_may_redirect_on_too()
    {
        await using var chain = await RedirectChain.StartAsync(World.Broker);
        await Window.GotoAsync(Request("pocket", chain.Six + "/cb"));
        await SignIn.SignInAsync(World.EmailOf("pia"), World.Password);
        await Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await Window.WaitForURLAsync(chain.End + "/end?answered");
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task The_scheme_of_an_app_is_opened()
    {
        await Window.GotoAsync(Request("pocket", World.CustomScheme));
        await SignIn.SignInAsync(World.EmailOf("paul"), World.Password);
        // No program here handles the scheme: Chromium asks for it and stays where it is.
        var attempt = Window.WaitForRequestAsync(
            request => request.Url.StartsWith(World.CustomScheme + "?code=", StringComparison.Ordinal));
        await Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await attempt;
        AssertBrowserIsContent();
    }

    private string Request(string client, string redirectUri) =>
        $"{World.Server}/connect/authorize?client_id={client}&response_type=code&scope=openid" +
        $"&redirect_uri={Uri.EscapeDataString(redirectUri)}{Proof}";
}
