using System.Text.Json;
using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using Program = AuthServer.EndToEndTests.Fixtures.Program;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>Two servers of their own: people sign in at one of them with accounts that they have at the other.</summary>
public sealed class UpstreamTests(World world) : Journey(world)
{
    private const string Provider = "Workplace";

    // Other hosts, because cookies know no ports.
    private readonly string _here = $"http://localhost:{FreePorts.Next()}";
    private readonly string _there = $"http://127.0.0.1:{FreePorts.Next()}";
    private readonly string _data = Directory.CreateTempSubdirectory("e2e-upstream-").FullName;
    private readonly List<Program> _servers = [];

    private Keyboard Keys => new(Window);

    private ILocator Button => Window.GetByRole(AriaRole.Button, new() { Name = $"Continue with {Provider}" });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        const string Secret = "work-secret-Zr6Yk2Vn9Hq4Xs7Tb3Wd8Rz";
        var child = new
        {
            client_id = "child", client_secret = Secret, client_name = "Child", grant_types = new[] { "authorization_code" },
            redirect_uris = new[] { _here + "/signin/with/work" }, scope = "openid email profile",
        };
        var there = await StartAsync(_there, "there", [child], ["uma", "otto"]);
        var here = await StartAsync(
            _here, "here", [], ["otto"], ("UPSTREAM_PROVIDERS", "work"), ("UPSTREAM_WORK_NAME", Provider), ("UPSTREAM_WORK_ISSUER", _there),
            ("UPSTREAM_WORK_CLIENT_ID", "child"), ("UPSTREAM_WORK_CLIENT_SECRET", Secret), ("UPSTREAM_WORK_TRUST_EMAIL", "true"));
        await there.AnswersAsync(_there + "/health/ready");
        await here.AnswersAsync(_here + "/health/ready");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var server in _servers) server.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>By the keyboard alone (WCAG 2.1.1).</summary>
    [Fact]
    public async Task A_person_signs_up_with_an_account_elsewhere_and_comes_back_by_the_button_that_was_used_last()
    {
        await Window.GotoAsync(_here + "/signup");
        await Window.AssertAccessibleAsync("sign-up, also with an account elsewhere");
        await Keys.PressAsync($"Continue with {Provider}");
        await ExpectThereAsync();
        await Keys.FillAsync("Email", World.EmailOf("uma"));
        await Keys.FillAsync("Password", World.Password);
        await Keys.PressAsync("Sign in");
        await Keys.ExpectAsync("Child wants to use your account");
        await Keys.PressAsync("Allow");
        await Expect(Window).ToHaveURLAsync(_here + "/");

        await Window.GotoAsync(_here + "/account/security");
        await Expect(Window.GetByText(World.EmailOf("uma")).First).ToBeVisibleAsync();
        await Expect(Window.GetByRole(AriaRole.Button, new() { Name = "Disconnect" })).ToBeVisibleAsync();
        await Window.AssertAccessibleAsync("ways in with a connected sign-in");
        await SignOutAsync();

        await Window.GotoAsync(_here + "/signin");
        await Expect(Button).ToContainTextAsync("Last used");
        await Window.AssertAccessibleAsync("sign-in with the way that was used last");
        await Button.PressAsync("Enter");
        await Expect(Window).ToHaveURLAsync(_here + "/");
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task A_person_with_a_password_connects_an_account_elsewhere_and_signs_in_with_it()
    {
        await Window.GotoAsync(_here + "/signin");
        await SignIn.SignInAsync(World.EmailOf("otto"), World.Password);
        await Expect(Window).ToHaveURLAsync(_here + "/");
        await Window.GotoAsync(_here + "/account/security");
        await Window.GetByRole(AriaRole.Button, new() { Name = $"Connect {Provider}" }).ClickAsync();
        await SignInThereAsync("otto");
        await Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
        await Expect(Window.GetByText("The sign-in is connected.")).ToBeVisibleAsync();
        await SignOutAsync();

        await Window.GotoAsync(_here + "/signin");
        await Button.ClickAsync();
        await Expect(Window).ToHaveURLAsync(_here + "/");
        AssertBrowserIsContent();
    }

    private Task ExpectThereAsync() =>
        Expect(Window).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("^" + _there));

    private async Task SignInThereAsync(string person)
    {
        await ExpectThereAsync();
        await SignIn.SignInAsync(World.EmailOf(person), World.Password);
    }

    private async Task SignOutAsync()
    {
        await Window.GotoAsync(_here + "/signout");
        await Window.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await Expect(Window).ToHaveURLAsync(_here + "/signed-out");
    }

    private async Task<Program> StartAsync(
        string address, string name, object[] clients, string[] people, params (string, string)[] settings)
    {
        var seed = Path.Combine(_data, name + ".json");
        await File.WriteAllTextAsync(seed, JsonSerializer.Serialize(new
        {
            clients,
            users = people.Select(person => new
            {
                email = World.EmailOf(person), password = World.Password, first_name = "Uma", last_name = "Example",
                claims = new { email_verified = true },
            }),
        }));
        var server = Program.Start("dotnet", [Program.Dll("AuthServer"), "--urls", address], _data,
            [
                ("ASPNETCORE_ENVIRONMENT", "Development"), ("AUTHSERVER_DATA", Path.Combine(_data, name)), ("AUTHSERVER_SEED", seed),
                ("MANAGEMENT_URLS", "off"), ("OVERLOAD_QUEUE_MILLISECONDS", "0"), .. settings,
            ]);
        _servers.Add(server);
        return server;
    }
}
