using System.Net;
using System.Net.Http.Headers;
using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The reference of the JSON API, whose reader signs in by code and PKCE and tries an operation.</summary>
public sealed class ApiReferenceTests(World world) : Journey(world)
{
    private ILocator Account => Window.Locator("header");

    [Fact]
    public async Task An_admin_signs_in_and_tries_an_operation_without_copying_a_token()
    {
        await SignInAsync();
        Assert.Equal(World.Server + "/v1/docs/#tag/users", Window.Url);

        await Window.GetByRole(AriaRole.Button, new() { Name = "Test Request" }).First.ClickAsync();
        var sent = await Window.RunAndWaitForRequestAsync(
            () => Window.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync(), World.Server + "/v1/users*");
        Assert.Equal(200, (await sent.ResponseAsync())!.Status);
        await Expect(Window.GetByText("200 OK")).ToBeVisibleAsync();
        await Window.AssertAccessibleAsync("a request that was tried", "color-contrast", "html-has-lang", "document-title");

        // The token is in the memory of this page alone.
        Assert.DoesNotContain("eyJ", await Window.EvaluateAsync<string>(
            "JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + location.href"), StringComparison.Ordinal);
        await Window.Keyboard.PressAsync("Escape");
        await Account.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(Account.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusWithAsync(sent.Headers["authorization"]));
        AssertBrowserIsContent();
    }

    /// <summary>RFC 9700 section 4.7.1: a code that somebody else got is not taken into this window.</summary>
    [Fact]
    public async Task An_answer_that_this_window_has_not_asked_for_is_left_alone()
    {
        var exchanged = false;
        Window.Request += (_, request) => exchanged |= request.Url.EndsWith("/connect/token", StringComparison.Ordinal);
        await Window.GotoAsync($"{World.Server}/v1/docs/?code=planted&state=planted&iss={Uri.EscapeDataString(World.Server)}");
        await Expect(Window.GetByRole(AriaRole.Status)).ToHaveTextAsync("The sign-in was not completed. Sign in again.");
        Assert.Equal((World.Server + "/v1/docs/", false), (Window.Url.Split('#')[0], exchanged));
    }

    [Fact]
    public async Task The_page_passes_in_light_and_dark_before_and_after_the_sign_in()
    {
        await Window.GotoAsync(World.Server + "/v1/docs");
        await Expect(Window.GetByText("Accounts and sessions for first-party apps")).ToBeVisibleAsync();
        await AssertPassesAsync("API reference");
        await Expect(Window.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(Window).ToHaveTitleAsync("API reference - AuthPlatform");
        await Window.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await SignIn.SignInAsync(World.EmailOf(World.Admin), World.Password);
        await Expect(Window.GetByText("Requests are sent as")).ToBeVisibleAsync();
        await Expect(Window.GetByText("Accounts and sessions for first-party apps")).ToBeVisibleAsync();
        await AssertPassesAsync("API reference, signed in");
    }

    /// <summary>The renderer's colours are ours, which follow the system in place.</summary>
    private async Task AssertPassesAsync(string page)
    {
        await Window.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        foreach (var width in new[] { 390, 1280 })
        {
            await Window.SetViewportSizeAsync(width, 844);
            await Window.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await Window.AssertAccessibleAsync($"{page}, {width}, dark");
            await Window.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await Window.AssertAccessibleAsync($"{page}, {width}, light", Axe.Colours);
        }
    }

    private async Task SignInAsync()
    {
        await Window.GotoAsync(World.Server + "/v1/docs/#tag/users");
        await Account.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await SignIn.SignInAsync(World.EmailOf(World.Admin), World.Password);
        await Expect(Account.GetByText("Requests are sent as")).ToContainTextAsync(World.EmailOf(World.Admin));
    }

    private async Task<HttpStatusCode> StatusWithAsync(string authorization)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, World.Server + "/v1/users");
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
