using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>An app of the operator in a browser, at FRONTEND_URL, that lives on /v1/auth alone.</summary>
public sealed class CookieModeTests(World world) : Journey(world)
{
    private const string CookieName = "authplatform-refresh";

    private StaticSite _front = null!;

    public override async ValueTask InitializeAsync()
    {
        _front = await StaticSite.StartAsync(World.FrontEnd, World.Server);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _front.DisposeAsync();
    }

    [Fact]
    public async Task A_person_logs_in_reloads_uses_an_api_and_logs_out_and_no_script_sees_the_refresh_token()
    {
        await LogInAsync("hugo");
        // No other token than the access token was in the answer.
        await ExpectAsync("state", "logged in");
        await PressAsync("Who am I");
        await ExpectAsync("person", "hugo@example.test");

        var first = await CookieAsync();
        Assert.Equal((true, SameSiteAttribute.Strict, "/v1/auth"), (first!.HttpOnly, first.SameSite, first.Path));
        // Ports share cookies: a script in the cookie's own path would see it, were it not HttpOnly.
        var beside = await Window.Context.NewPageAsync();
        await beside.GotoAsync(World.FrontEnd + "/v1/auth/here");
        Assert.Equal("", await beside.EvaluateAsync<string>("document.cookie"));
        await beside.CloseAsync();

        await Window.ReloadAsync();
        await ExpectAsync("state", "logged in");
        var second = await CookieAsync();
        Assert.NotEqual(first.Value, second!.Value);
        await Window.RunAndWaitForResponseAsync(() => PressAsync("Refresh"), r => r.Request.Method == "POST" && r.Status == 200);
        Assert.NotEqual(second.Value, (await CookieAsync())!.Value);
        await ExpectAsync("state", "logged in");
        await PressAsync("Who am I");
        await ExpectAsync("person", "hugo@example.test");

        await PressAsync("Log out");
        await ExpectAsync("state", "logged out 204");
        Assert.Null(await CookieAsync());
        await PressAsync("Refresh");
        await ExpectAsync("state", "logged out 401");
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task The_page_of_the_documentation_logs_in_saves_the_profile_reloads_and_logs_out()
    {
        await Window.GotoAsync(World.FrontEnd + "/docs/browser.html");
        await ExpectAsync("message", "Logged out");
        await Window.GetByLabel("Email").FillAsync(World.EmailOf("mira"));
        await Window.GetByLabel("Password").FillAsync("wrong");
        await PressAsync("Log in");
        await ExpectAsync("message", "The e-mail address and the password do not match.");
        await Window.GetByLabel("Password").FillAsync(World.Password);
        await PressAsync("Log in");
        await ExpectAsync("message", "Logged in as mira@example.test");
        await Window.GetByLabel("First name").FillAsync("Miriam");
        await PressAsync("Save");
        await ExpectAsync("message", "Saved");

        await Window.ReloadAsync();
        await ExpectAsync("message", "Logged in as mira@example.test");
        await Expect(Window.GetByLabel("First name")).ToHaveValueAsync("Miriam");
        await PressAsync("Log out");
        await ExpectAsync("message", "Logged out");
        Assert.Null(await CookieAsync());
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task Two_tabs_that_refresh_at_once_stay_logged_in()
    {
        await LogInAsync("ines");
        var other = await Window.Context.NewPageAsync();
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Window.GotoAsync(World.FrontEnd), other.GotoAsync(World.FrontEnd));
            await ExpectAsync("state", "logged in");
            await Expect(other.Locator("#state")).ToHaveTextAsync("logged in");
        }
    }

    [Fact]
    public async Task A_page_of_another_origin_gets_nothing_and_ends_nothing()
    {
        await LogInAsync("otto");
        var elsewhere = $"http://localhost:{FreePorts.Next()}";
        await using var site = await StaticSite.StartAsync(elsewhere, World.Server);
        var evil = await Window.Context.NewPageAsync();
        await evil.GotoAsync(elsewhere + "/page");
        var answers = await evil.EvaluateAsync<string[]>(
            """
            async (server) => {
              const tries = [
                ["refresh", { credentials: "include", headers: { "Content-Type": "application/json", "X-CSRF": "1" }, body: "{}" }],
                ["refresh", { credentials: "include" }],
                ["refresh", { credentials: "include", mode: "no-cors" }],
                ["logout", { credentials: "include", mode: "no-cors" }],
                ["logout", { credentials: "include", mode: "no-cors", headers: { "Content-Type": "text/plain" }, body: "{}" }],
              ];
              const answers = [];
              for (const [path, options] of tries) {
                try {
                  const answer = await fetch(`${server}/v1/auth/${path}`, { method: "POST", ...options });
                  answers.push(`${answer.type} ${answer.status} ${await answer.text()}`.trim());
                } catch (error) {
                  answers.push(error.name);
                }
              }
              return answers;
            }
            """, World.Server);
        Assert.Equal(Enumerable.Repeat("TypeError", 5), answers);

        // A form needs no preflight and brings the cookie along: another port is another origin, but the same site.
        var posted = await evil.RunAndWaitForResponseAsync(() => evil.EvaluateAsync(
            """
            (server) => {
              const form = document.createElement("form");
              Object.assign(form, { method: "POST", action: `${server}/v1/auth/logout`, enctype: "text/plain" });
              document.documentElement.append(form);
              form.submit();
            }
            """, World.Server), r => r.Url.EndsWith("/logout", StringComparison.Ordinal));
        Assert.StartsWith(CookieName + "=", await posted.Request.HeaderValueAsync("cookie"), StringComparison.Ordinal);
        Assert.Equal(403, posted.Status);

        await Window.ReloadAsync();
        await ExpectAsync("state", "logged in");
    }

    private async Task LogInAsync(string person)
    {
        await Window.GotoAsync(World.FrontEnd);
        await ExpectAsync("state", "logged out 401");
        await Window.GetByLabel("Email").FillAsync(World.EmailOf(person));
        await Window.GetByLabel("Password").FillAsync(World.Password);
        await PressAsync("Log in");
        await ExpectAsync("state", "logged in");
    }

    private Task PressAsync(string button) => Window.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private Task ExpectAsync(string id, string text) => Expect(Window.Locator("#" + id)).ToHaveTextAsync(text);

    private async Task<BrowserContextCookiesResult?> CookieAsync() =>
        (await Window.Context.CookiesAsync()).SingleOrDefault(c => c.Name == CookieName);
}
