using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthServer.EndToEndTests.Fixtures;

namespace AuthServer.EndToEndTests.RelyingParties;

[CollectionDefinition(nameof(ClientServer))]
public sealed class SharedClientServer : ICollectionFixture<ClientServer>;

/// <summary>
/// A server over https with every client of these tests registered, and the packages of the client libraries, installed once.
/// </summary>
public sealed class ClientServer : IAsyncLifetime
{
    /// <summary>The apps of tests/clients that are started here too.</summary>
    private static readonly string[] Apps = ["express-openid-connect", "mod-auth-openidc", "oidc-client-ts", "duende-oidc-client"];

    private static readonly string[] People =
        ["openid-client", "oauth4webapi", "express", "apache", "aspnetcore", "duende", "spa", "frames", "watched", "agent"];

    private static readonly string Programs = Path.Combine(Program.Root, "tests", "AuthServer.EndToEndTests", "clients", "libraries");

    private readonly string _folder = Directory.CreateTempSubdirectory("clients-").FullName;
    private readonly Dictionary<string, App> _apps = Apps.ToDictionary(name => name, name => new App(name));
    private readonly List<Program> _programs = [];
    private readonly Dictionary<string, Lazy<Task<IReadOnlyDictionary<string, string>>>> _outcomes;
    private readonly string _secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
    private readonly int _mtlsPort = FreePorts.Next();
    private Program? _server;

    public ClientServer() => _outcomes = new[] { "openid-client", "oauth4webapi" }.ToDictionary(
        library => library, library => new Lazy<Task<IReadOnlyDictionary<string, string>>>(() => RunAsync(library)));

    public string Issuer { get; } = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{FreePorts.Next()}");

    internal Authority Authority { get; } = new();

    /// <summary>Two apps that stand in for any: what they are told in frames, and what they ask a frame.</summary>
    internal FramedApps Framed { get; } = new();

    /// <summary>Where a test serves an app of its own, registered as "served".</summary>
    public string Served { get; } = string.Create(CultureInfo.InvariantCulture, $"https://localhost:{FreePorts.Next()}");

    /// <summary>Where the sample API has its MCP endpoint, for the test that starts it.</summary>
    public string Api { get; } = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{FreePorts.Next()}");

    /// <summary>The secret of every client of these tests that has one.</summary>
    public string Secret => _secret;

    private string At(string name) => Path.Combine(_folder, name);

    public static string EmailOf(string person) => $"{person}@example.test";

    internal Visitor NewVisitor(string person) => new(Issuer, Authority.Root, EmailOf(person), World.Password);

    public async ValueTask InitializeAsync()
    {
        // Apache reads its files as a user of its own.
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }
        var (authority, (certificate, privateKey)) = (Authority.WriteRoot(_folder), Authority.Issue(_folder, "localhost", "localhost"));
        Authority.Issue(_folder, "certified");
        await Framed.StartAsync(Certificate);
        await File.WriteAllTextAsync(At("seed.json"), Seed().ToJsonString());
        var server = _server = Program.Start("dotnet", [Program.Dll("AuthServer"), "--urls", Issuer], _folder,
            ("API_BASE_URL", Issuer), ("AUTHSERVER_DATA", At("server")), ("AUTHSERVER_SEED", At("seed.json")),
            ("TLS_CERTIFICATE_FILE", certificate), ("TLS_PRIVATE_KEY_FILE", privateKey),
            ("MTLS_BASE_URL", $"https://localhost:{_mtlsPort}"), ("MTLS_URLS", $"https://localhost:{_mtlsPort}"),
            ("MTLS_CA_FILE", authority),
            ("SSL_CERT_FILE", authority), ("SESSION_MANAGEMENT", "true"), ("OUTBOUND_ALLOWED_HOSTS", "localhost,127.0.0.1"),
            // Nobody registers itself here: an agent is known by its document or not at all.
            ("CLIENT_DOCUMENTS", "on"), ("CLIENT_DOCUMENTS_ALLOWED_DOMAINS", "localhost"),
            ("CLIENT_REGISTRATION_SCOPES", "openid,offline_access,mcp:read,mcp:write"),
            ("SIGNINS_PER_ADDRESS_PER_MINUTE", "100000"), ("OVERLOAD_QUEUE_MILLISECONDS", "0"));
        _programs.Add(server);
        var packages = InstallAsync();
        await server.AnswersAsync(Issuer + "/health/ready");
        await packages;
    }

    /// <summary>What became of each feature of a program of clients/libraries, which is run once.</summary>
    internal Task<IReadOnlyDictionary<string, string>> OutcomesAsync(string library) => _outcomes[library].Value;

    private async Task<IReadOnlyDictionary<string, string>> RunAsync(string library)
    {
        var output = await Program.RunAsync("node", [library + ".mjs"], Installed, [.. Environment,
            ("SECRET", Secret), ("KEY", At("key.json")), ("CERTIFICATE", At("certified.pem")), ("CERTIFICATE_KEY", At("certified.key")),
            ("EMAIL", EmailOf(library)), ("PASSWORD", World.Password)]);
        return output.Split('\n').Select(line => line.Split(": ", 2)).Where(parts => parts.Length == 2 && Features.IsMatch(parts[0]))
            .ToDictionary(parts => parts[0], parts => parts[1]);
    }

    internal App App(string name) => _apps[name];

    /// <summary>Starts the sample API.</summary>
    internal async Task StartApiAsync()
    {
        var api = Program.Start(
            "dotnet", [Program.Dll("ResourceApi"), "--urls", Api], _folder,
            [.. Environment, ("API_BASE_URL", Issuer), ("RESOURCE_DATA", At("api"))]);
        _programs.Add(api);
        await api.AnswersAsync(Api + "/health/ready");
    }

    /// <summary>Starts an agent of tests/clients, with packages of its own.</summary>
    /// <param name="document">The address of what it says of itself.</param>
    internal async Task<Agent> StartAgentAsync(string name, string document)
    {
        var folder = Directory.CreateDirectory(At(name)).FullName;
        foreach (var file in new[] { "app.mjs", "package.json", "package-lock.json" })
        {
            File.Copy(Path.Combine(Program.Root, "tests", "clients", name, file), Path.Combine(folder, file));
        }

        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], folder);
        return new(folder, Api + "/mcp", [.. Environment, ("CLIENT_METADATA_URL", document)]);
    }

    /// <summary>Starts a program of tests/clients, and returns once it answers.</summary>
    internal async Task<App> StartAsync(string name)
    {
        var app = _apps[name];
        var (work, folder) = (Directory.CreateDirectory(At(name)).FullName, Copy(name));
        var arguments = app.Start.Skip(1).Select(argument => argument.Replace("{FOLDER}", folder, StringComparison.Ordinal));
        var program = Program.Start(app.Start[0], arguments, folder, [.. Environment,
            ("CLIENT_ID", name), ("CLIENT_SECRET", app.Secret), ("APP", app.Address), ("WORK", work), ("FOLDER", folder),
            ("PORT", app.Port.ToString(CultureInfo.InvariantCulture))]);
        _programs.Add(program);
        await program.ListensAsync(app.Port);
        return app;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs) program.Dispose();
        await Framed.DisposeAsync();
        Authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Of localhost, for apps that a test serves.</summary>
    internal X509Certificate2 Certificate => X509Certificate2.CreateFromPemFile(At("localhost.pem"), At("localhost.key"));

    private static readonly Regex Features = new("^[a-z0-9_]+$");

    private static string Installed => Path.Combine(Program.Root, "artifacts", "client-libraries");

    private (string, string)[] Environment =>
    [
        ("ISSUER", Issuer), ("CA_FILE", At("ca.pem")), ("NODE_EXTRA_CA_CERTS", At("ca.pem")), ("SSL_CERT_FILE", At("ca.pem")),
        ("SERVER_CERTIFICATE", At("localhost.pem")), ("SERVER_KEY", At("localhost.key")),
    ];

    /// <summary>The packages of package-lock.json, unless they are there already; the programs beside them.</summary>
    private static async Task InstallAsync()
    {
        Directory.CreateDirectory(Installed);
        foreach (var file in Directory.EnumerateFiles(Programs))
        {
            File.Copy(file, Path.Combine(Installed, Path.GetFileName(file)), overwrite: true);
        }

        var (wanted, done) = (Path.Combine(Installed, "package-lock.json"), Path.Combine(Installed, "node_modules", ".installed-from"));
        if (File.Exists(done) && await File.ReadAllTextAsync(done) == await File.ReadAllTextAsync(wanted)) return;
        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Installed);
        File.Copy(wanted, done, overwrite: true);
    }

    /// <summary>A folder of tests/clients beside the packages; Apache's where its user can read.</summary>
    private string Copy(string name)
    {
        var source = Path.Combine(Program.Root, "tests", "clients", name);
        var target = Path.Combine(name == "mod-auth-openidc" ? At("site-of-apache") : Installed, name);
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(source, file);
            if (path.StartsWith("node_modules", StringComparison.Ordinal)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(target, path))!);
            File.Copy(file, Path.Combine(target, path), overwrite: true);
        }

        return target;
    }

    private JsonObject Seed()
    {
        var seed = JsonNode.Parse(File.ReadAllText(Path.Combine(Programs, "registrations.json")))!.AsObject();
        var (clients, scopes) = (seed["clients"]!.AsArray(), seed["scopes"]!.AsArray());
        foreach (var client in clients.Select(client => client!.AsObject()))
        {
            if (client["jwks"] is { } jwks) jwks["keys"]!.AsArray().Add(NewKey());
            else if (client["token_endpoint_auth_method"] is null) client["client_secret"] = _secret;
        }
        foreach (var registration in _apps.Values.Select(app => app.Registration).Concat(Framed.Registrations)) clients.Add(registration);
        clients.Add(new JsonObject
        {
            ["client_id"] = "served", ["client_secret"] = _secret, ["client_name"] = "ASP.NET Core",
            ["redirect_uris"] = new JsonArray(Served + "/signin-oidc"),
            ["post_logout_redirect_uris"] = new JsonArray(Served + "/signout-callback-oidc"),
            ["scope"] = "openid profile email",
        });
        foreach (var scope in _apps.Values.SelectMany(app => app.Scopes)) scopes.Add(scope);
        foreach (var scope in new[] { "mcp:read", "mcp:write" })
        {
            scopes.Add(new JsonObject { ["name"] = scope, ["description"] = scope, ["resources"] = new JsonArray(Api + "/mcp") });
        }

        seed["users"] = new JsonArray([.. People.Select(person => new JsonObject
        {
            ["email"] = EmailOf(person), ["password"] = World.Password, ["first_name"] = "Olive", ["last_name"] = "Example",
        })]);
        return seed;
    }

    /// <summary>Writes a private key for the client that signs.</summary>
    /// <returns>Its public part.</returns>
    private JsonObject NewKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = key.ExportParameters(includePrivateParameters: true);
        var jwk = new JsonObject
        {
            ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = "of-this-run", ["alg"] = "ES256",
            ["x"] = Base64Url.EncodeToString(parameters.Q.X), ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
        };
        var known = jwk.DeepClone().AsObject();
        jwk["d"] = Base64Url.EncodeToString(parameters.D);
        File.WriteAllText(At("key.json"), jwk.ToJsonString());
        return known;
    }
}
