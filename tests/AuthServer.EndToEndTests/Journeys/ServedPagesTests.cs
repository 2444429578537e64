using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>
/// The pages as the server serves them on the way of a person, under WCAG 2.2 AA as axe checks it. AccessibilityTests check every state in
/// every look.
/// </summary>
public sealed class ServedPagesTests(World world) : Journey(world)
{
    protected override BrowserNewContextOptions Options => Axe.Window(390, ColorScheme.Dark);

    [Fact]
    public async Task Pages_on_the_way_to_an_app_pass()
    {
        var (window, app, signIn) = (Window, App, SignIn);
        await app.OpenAsync();
        await app.CreateAccountAsync();
        var create = new CreateAccountPage(window);
        await window.AssertAccessibleAsync("create account");
        await create.FillAsync($"axe-{Guid.CreateVersion7():N}@example.test", "Ada", "Example", "short");
        await create.CreateAsync();
        await create.ExpectAsync();
        await window.AssertAccessibleAsync("create account, refused");

        await app.OpenAsync();
        await app.SignInAsync();
        await signIn.ExpectAsync();
        await window.AssertAccessibleAsync("sign in");
        await signIn.SignInAsync(World.EmailOf("axel"), "Not-His-Password-1");
        await signIn.ExpectAsync();
        await window.AssertAccessibleAsync("sign in, refused");
        await signIn.SignInAsync(World.EmailOf("axel"), World.Password);
        await new ConsentPage(window).ExpectAsync();
        await window.AssertAccessibleAsync("consent");

        await window.GotoAsync(World.Server + "/connect/endsession");
        var signOut = new SignOutPage(window);
        await signOut.ExpectAsync();
        await window.AssertAccessibleAsync("sign out");
        await signOut.SignOutAsync();
        await Assertions.Expect(window.GetByRole(AriaRole.Heading, new() { Name = "You are signed out" })).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("signed out");

        var demo = new DemoApp(window, World.Console);
        await demo.OpenAsync();
        await window.AssertAccessibleAsync("demo");
        await demo.SignInAsync("bob@example.com");
        await window.AssertAccessibleAsync("demo, code");
        await demo.ExchangeAsync();
        await demo.ExpectNameAsync("Bob Baker");
        await window.AssertAccessibleAsync("demo, tokens");

        await window.GotoAsync(World.Server + "/connect/authorize?client_id=nobody&response_type=code");
        await window.AssertAccessibleAsync("error");
    }

    [Fact]
    public async Task Pages_beside_the_straight_way_pass()
    {
        var (window, app, signIn, consent) = (Window, App, SignIn, Consent);

        // Its script goes on at once.
        await window.RouteAsync("**/assets/continue.*.js", route => route.AbortAsync());
        await app.OpenAsync();
        await app.SignInAsync();
        await signIn.SignInAsync(World.EmailOf("uma"), World.Password);
        await CheckAsync("One moment", "continue");
        await window.UnrouteAllAsync();
        await window.GetByRole(AriaRole.Link, new() { Name = "Continue" }).ClickAsync();
        await consent.ExpectAsync();
        await window.GetByRole(AriaRole.Link, new() { Name = "Switch" }).ClickAsync();
        await CheckAsync("Use another account", "account switch");
        await window.GetByRole(AriaRole.Link, new() { Name = "Continue as Uma Example" }).ClickAsync();
        await consent.ExpectAsync();

        // Another tab signs out while the consent page is open.
        var other = await window.Context.NewPageAsync();
        await other.GotoAsync(World.Server);
        await other.AssertAccessibleAsync("home, signed in");
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Assertions.Expect(Heading(other)).ToHaveTextAsync("You are signed out");
        await other.GotoAsync(World.Server);
        await other.AssertAccessibleAsync("home, signed out");
        await consent.AllowAsync();
        await CheckAsync("Sign in", "consent after a sign-out");

        // Another tab signs in while the sign-in page is open.
        await other.GotoAsync(World.Server + "/signin");
        await new SignInPage(other).SignInAsync(World.EmailOf("uma"), World.Password);
        await Assertions.Expect(Heading(other)).ToHaveTextAsync("You are signed in");
        await signIn.SignInAsync(World.EmailOf("uma"), World.Password);
        await CheckAsync("Choose an account", "sign in after a sign-in");
        await Assertions.Expect(window.GetByText("You are signed in here already")).ToBeVisibleAsync();

        await window.GotoAsync($"{World.Server}/connect/endsession?client_id=notebook");
        await CheckAsync("Sign out?", "sign out, asked by an app");
        await window.Context.ClearCookiesAsync();
        await window.GotoAsync(World.Server + "/signin");
        await window.Context.ClearCookiesAsync();
        await signIn.SignInAsync(World.EmailOf("uma"), World.Password);
        await Assertions.Expect(signIn.Notice).ToContainTextAsync("Allow cookies for this site");
        await window.AssertAccessibleAsync("sign in, no cookies");
        await window.GotoAsync(World.Server + "/nowhere");
        await CheckAsync("Page not found", "not found");

        async Task CheckAsync(string heading, string page)
        {
            await Assertions.Expect(Heading(window)).ToHaveTextAsync(heading);
            await window.AssertAccessibleAsync(page);
        }
    }

    [Fact]
    public async Task Pages_of_second_factors_pass()
    {
        var window = Window;
        var email = $"axe-{Guid.CreateVersion7():N}@example.test";
        await window.GotoAsync(World.Server + "/signup");
        var create = new CreateAccountPage(window);
        await create.FillAsync(email, "Ada", "Example", World.Password);
        await create.CreateAsync();
        await new MailedCodePage(window).EnterAsync(await World.CodeForAsync(email));
        await Assertions.Expect(Heading(window)).ToHaveTextAsync("Your email is confirmed");
        await window.GotoAsync(World.Server + "/account/security/totp");
        var setUp = new SetUpPage(window);
        var phone = await setUp.TypeKeyAsync();
        await window.AssertAccessibleAsync("set-up");
        await setUp.ConfirmAsync(phone.Code());
        await window.AssertAccessibleAsync("recovery codes");
        await new RecoveryCodesPage(window).KeepAsync();
        await window.AssertAccessibleAsync("authenticator app");
        await window.Context.ClearCookiesAsync();
        await window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(email, World.Password);
        var second = new SecondStepPage(window);
        await second.ExpectAsync();
        await window.AssertAccessibleAsync("second step");
        await second.EnterAsync("000000");
        await Assertions.Expect(second.Notice).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("second step, refused");
        await window.GetByRole(AriaRole.Link, new() { Name = "Use a recovery code instead" }).ClickAsync();
        await Assertions.Expect(window.GetByLabel("Recovery code")).ToBeVisibleAsync();
        await window.AssertAccessibleAsync("recovery code");
    }

    private static ILocator Heading(IPage window) => window.GetByRole(AriaRole.Heading, new() { Level = 1 });
}
