using System.Text.Json;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>npm oidc-provider; its program is in oidc-provider/.</summary>
internal sealed class OidcProviderServer(bool redis) : Contender(
    redis ? "oidc-provider-redis" : "oidc-provider",
    $"npm oidc-provider 9.13.3, {(redis ? "Redis" : "in memory, nothing durable")}; secrets compared in clear, no password, ES256")
{
    private static readonly SemaphoreSlim Installing = new(1);

    public override bool HasPasswords => false;

    public override async Task StartAsync(Stage stage)
    {
        if (!Programs.Have("node") || !Programs.Have("npm")) throw new CannotRunException("Node.js 20 or later is not installed");
        var folder = Path.Combine(Programs.LoadTestsFolder, "oidc-provider");
        await InstallAsync(folder);
        var environment = new List<(string, string)>
        {
            ("PORT", $"{Port}"), ("NODE_ENV", "production"), ("API_AUDIENCE", Cast.Api), ("CLIENTS", JsonSerializer.Serialize(Clients())),
        };
        if (redis) environment.Add(("REDIS_PORT", $"{(await stage.RedisAsync()).Port}"));
        Process = Child.Start(Cores.Server, "node", [Path.Combine(folder, "server.mjs")], environment);
        await DiscoverAsync();
        Remarks.Add("people's access tokens are opaque rows (its default; only those can be introspected there), machines' are ES256 JWTs");
    }

    public override async Task<string> SignInAsync(HttpConnection connection, int person)
    {
        var cookies = new Dictionary<string, string>();
        var next = AuthorizationRequest.New(this, Cast.App, Cast.ProfileScope).Path;
        for (var hop = 0; hop < 6; hop++)
        {
            var answer = await connection.SendAsync(RequestText.Get(Host, next, cookie: Header()));
            foreach (var (name, value) in answer.Cookies())
            {
                if (value.Length == 0) cookies.Remove(name);
                else cookies[name] = value;
            }
            var location = answer.Header("location") ?? throw new CannotRunException($"sign-in answered {answer.Describe()}");
            if (location.StartsWith(Cast.RedirectUri, StringComparison.Ordinal)) return Header()!;
            next = Uri.TryCreate(location, UriKind.Absolute, out var absolute) && absolute.Scheme == "http"
                ? absolute.PathAndQuery
                : location;
        }
        throw new CannotRunException("sign-in redirects without end");

        string? Header() => cookies.Count == 0 ? null : string.Join("; ", cookies.Select(c => $"{c.Key}={c.Value}"));
    }

    private static object[] Clients() =>
    [
        new
        {
            client_id = Cast.Machine.Id, client_secret = Cast.Machine.Secret, token_endpoint_auth_method = "client_secret_post",
            grant_types = new[] { "client_credentials" }, redirect_uris = Array.Empty<string>(), response_types = Array.Empty<string>(),
                scope = Cast.MachineScope,
        },
        App(Cast.App, "ES256"),
        App(Cast.AppRs256, "RS256"),
        new
        {
            client_id = Cast.ResourceServer.Id, client_secret = Cast.ResourceServer.Secret,
                token_endpoint_auth_method = "client_secret_post",
            grant_types = Array.Empty<string>(), redirect_uris = Array.Empty<string>(), response_types = Array.Empty<string>(),
        },
    ];

    private static object App(ClientAccount app, string algorithm) => new
    {
        client_id = app.Id, client_secret = app.Secret, token_endpoint_auth_method = "client_secret_post",
        grant_types = new[] { "authorization_code", "refresh_token" }, redirect_uris = new[] { Cast.RedirectUri },
            id_token_signed_response_alg = algorithm,
    };

    private static async Task InstallAsync(string folder)
    {
        await Installing.WaitAsync();
        try
        {
            if (Directory.Exists(Path.Combine(folder, "node_modules", "oidc-provider"))) return;
            Console.WriteLine("Installing oidc-provider ...");
            await Child.RunAsync(Cores.Generator, "npm", ["ci", "--no-audit", "--no-fund", "--silent"], TimeSpan.FromMinutes(5), folder);
        }
        finally
        {
            Installing.Release();
        }
    }
}
