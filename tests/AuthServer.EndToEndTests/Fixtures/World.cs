using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AuthServer.EndToEndTests.Fixtures.World))]

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>
/// What a person meets: the server, the API, an app built on openid-client, and Chromium. Each runs as a program of its own.
/// </summary>
public sealed class World : IAsyncLifetime
{
    /// <summary>How long a journey waits for a page or what it expects there, in milliseconds; others use the processors too.</summary>
    public const float Patience = 20_000;

    public const string Password = "Quiet-River-31-Lamp";

    /// <summary>The person with the admin role.</summary>
    public const string Admin = "ada";

    /// <summary>Of the client as which the sample API asks about tokens.</summary>
    private const string ApiSecret = "api-secret-Vm4Kx8Qz2Rb7Nt5Wc9JdLh";

    private static readonly string[] WithPasskeys = ["pam", "pim", "pip", "pat", "poe", "pru"];

    /// <summary>Each journey has a person of its own, so that none finds another's consent.</summary>
    private static readonly string[] People = ["olive", "dora", "nora", "kay", "axel", "rosa", "fay", "remy", "kim", "lena", "hugo", "ines",
        "otto", "mira", "petra", "bea", "bert", "bill", "bina", "pia", "paul", "pam", "pim", "pip", "pat", "pen", "mia", "max",
        "uma", "rex", "sky", "poe", "pru", "kit", "amy", "abe", "ivo", Admin];

    private readonly List<Program> _programs = [];
    private readonly string _data = Directory.CreateTempSubdirectory("e2e-").FullName;
    private IPlaywright? _playwright;
    private Program? _server;

    public string Server { get; } = $"http://localhost:{FreePorts.Next()}";

    public string Api { get; } = $"http://localhost:{FreePorts.Next()}";

    public string App { get; } = $"http://localhost:{FreePorts.Next()}";

    /// <summary>Where an app on ASP.NET Core's own client runs, for the journey that starts it.</summary>
    public string Ledger { get; } = $"http://localhost:{FreePorts.Next()}";

    /// <summary>Where the callback of an app runs that redirects on, for the journeys that start it.</summary>
    public string Broker { get; } = $"http://127.0.0.1:{FreePorts.Next()}";

    /// <summary>The server's FRONTEND_URL, for the journeys that start something there.</summary>
    public string FrontEnd { get; } = $"http://localhost:{FreePorts.Next()}";

    /// <summary>The server's data directory, for commands on its machine.</summary>
    public string ServerData => Path.Combine(_data, "server");

    /// <summary>A redirect URI of a native app (RFC 8252 section 7.1).</summary>
    public const string CustomScheme = "com.example.pocket:/cb";

    /// <summary>What the server has printed.</summary>
    public string Console => _server!.Output;

    public IBrowser Chromium { get; private set; } = null!;

    public static string EmailOf(string person) => $"{person}@example.test";

    public async ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var seed = Path.Combine(_data, "seed.json");
        await File.WriteAllTextAsync(seed, SeedText());
        var server = _server = Start("dotnet", [Program.Dll("AuthServer"), "--urls", Server], _data,
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("AUTHSERVER_DATA", ServerData), ("AUTHSERVER_SEED", seed),
                ("FRONTEND_URL", FrontEnd),
            ("SIGNIN_METHODS", "password,passkey,email"),
            ("SIGNIN_FAILURES_PER_ADDRESS", "100000"), ("SIGNINS_PER_ADDRESS_PER_MINUTE", "100000"),
                ("REGISTRATIONS_PER_ADDRESS_PER_HOUR", "100000"),
                // Agents register themselves, and may ask for what the MCP endpoint of the API offers.
                ("CLIENT_REGISTRATION", "open"), ("CLIENT_REGISTRATION_SCOPES", "openid,offline_access,mcp:read,mcp:write"),
                // All journeys ask from one address.
                ("MAILS_PER_ADDRESS_PER_HOUR", "100000"));
        var api = Start("dotnet", [Program.Dll("ResourceApi"), "--urls", Api], _data,
            ("API_BASE_URL", Server), ("RESOURCE_DATA", Path.Combine(_data, "api")),
            ("INTROSPECTION_CLIENT_ID", "api"), ("INTROSPECTION_CLIENT_SECRET", ApiSecret));
        var app = Path.Combine(Program.Root, "tests", "AuthServer.EndToEndTests", "clients", "openid-client-app");
        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], app);
        var client = Start("node", ["server.mjs"], app,
            ("ISSUER", Server), ("API_URL", Api), ("PORT", new Uri(App).Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("CLIENT_ID", "notebook"), ("CLIENT_SECRET", "notebook-secret-Hq7Lw3Zt9RbX2mVd"));

        _playwright = await Playwright.CreateAsync();
        Chromium = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } path ? path : "/usr/bin/chromium",
            // The first is for root; the others keep the browser from talking to anybody else.
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync"],
        });
        await server.AnswersAsync(Server + "/health/ready");
        await api.AnswersAsync(Api + "/health/ready");
        await client.AnswersAsync(App);
    }

    public async ValueTask DisposeAsync()
    {
        if (Chromium is not null) await Chromium.CloseAsync();
        _playwright?.Dispose();
        foreach (var program in _programs) program.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    /// <summary>The code of a mail to an address; in Development mails are files.</summary>
    /// <param name="mail">Of the mails with a code the first, the second and so on: an earlier one must not be taken for it.</param>
    public Task<string> CodeForAsync(string email, int mail = 1) => MailPartAsync(email, @"^\s*(\d{6})\s*$", mail);

    /// <summary>The link to a page from a mail to an address.</summary>
    /// <param name="mail">Of the mails with such a link, as for codes.</param>
    public async Task<string> LinkForAsync(string email, string path, int mail = 1) =>
        Server + await MailPartAsync(email, $@"({Regex.Escape(path)}\?token=[A-Za-z0-9_-]+)", mail);

    private async Task<string> MailPartAsync(string email, string pattern, int mail)
    {
        var folder = Path.Combine(ServerData, "mail");
        for (var look = 0; look < 400; look++)
        {
            string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : [];
            var parts = files.Order(StringComparer.Ordinal).Select(MailFile.Read)
                .Where(text => text.Contains($"To: {email}", StringComparison.Ordinal))
                .Select(text => Regex.Match(text, pattern, RegexOptions.Multiline)).Where(found => found.Success).ToList();
            if (parts.Count >= mail) return parts[mail - 1].Groups[1].Value;
            await Task.Delay(50);
        }

        throw new InvalidOperationException($"No mail for {email} has come.");
    }

    /// <summary>What an operator types on the server's machine.</summary>
    public Task RunOnServerAsync(params string[] command) =>
        Program.RunAsync(
            "dotnet", [Program.Dll("AuthServer"), .. command], _data, ("ASPNETCORE_ENVIRONMENT", "Development"),
                ("AUTHSERVER_DATA", ServerData));

    private Program Start(string program, IEnumerable<string> arguments, string folder, params (string Key, string Value)[] environment)
    {
        var started = Program.Start(program, arguments, folder, environment);
        _programs.Add(started);
        return started;
    }

    private string SeedText() => JsonSerializer.Serialize(new
    {
        scopes = new[] { ("notes:read", "Read your notes"), ("notes:write", "Write and delete your notes") }
            .Select(s => new { name = s.Item1, description = s.Item2, resources = new[] { Api } })
            .Concat(new[] { ("mcp:read", "Read through agents"), ("mcp:write", "Write through agents") }
                .Select(s => new { name = s.Item1, description = s.Item2, resources = new[] { Api + "/mcp" } })),
        clients = new[]
        {
            new
            {
                client_id = "notebook",
                client_secret = "notebook-secret-Hq7Lw3Zt9RbX2mVd",
                client_name = "Notebook",
                token_endpoint_auth_method = "client_secret_basic",
                grant_types = new[] { "authorization_code", "refresh_token" },
                redirect_uris = new[] { App + "/callback" },
                // Client libraries of today use one token for userinfo and the API.
                default_resources = new[] { Server, Api },
                post_logout_redirect_uris = new[] { App + "/" },
                scope = "openid profile email offline_access notes:read notes:write",
            },
            new
            {
                client_id = "ledger",
                client_secret = "ledger-secret-Tz5Kc8Wn1PqY4vJsJf5pQ2",
                client_name = "Ledger",
                token_endpoint_auth_method = "client_secret_post",
                grant_types = new[] { "authorization_code", "refresh_token" },
                redirect_uris = new[] { Ledger + "/signin-oidc" },
                default_resources = new[] { Server, Api },
                post_logout_redirect_uris = new[] { Ledger + "/signout-callback-oidc" },
                scope = "openid profile email offline_access notes:read notes:write",
            },
            new
            {
                client_id = "broker",
                client_secret = "broker-secret-Bx4Nd7Vg2LsQ9kRtJf5pW3",
                client_name = "Broker",
                token_endpoint_auth_method = "client_secret_post",
                grant_types = new[] { "authorization_code", "refresh_token" },
                redirect_uris = new[] { Broker + "/cb" },
                default_resources = new[] { Server },
                post_logout_redirect_uris = new[] { Broker + "/cb" },
                scope = "openid",
            },
        }.Append<object>(new
        {
            client_id = "api", client_secret = ApiSecret, client_name = "Sample API", grant_types = Array.Empty<string>(),
            resources = new[] { Api, Api + "/mcp" },
        }).Append(new
        {
            client_id = "pocket",
            client_name = "Pocket",
            application_type = "native",
            token_endpoint_auth_method = "none",
            redirect_uris = new[] { "http://[::1]/cb", CustomScheme },
            // Nothing answers there.
            logo_uri = "https://localhost:9/logo.svg",
            scope = "openid",
        }),
        users = People.Select(p => new
        {
            email = EmailOf(p), password = Password, first_name = char.ToUpperInvariant(p[0]) + p[1..], last_name = "Example",
                roles = p == Admin
                ? ["admin"]
                : Array.Empty<string>(),
            // Who makes a passkey has shown that the address is theirs.
            claims = new { email_verified = WithPasskeys.Contains(p) },
        }),
    });
}
