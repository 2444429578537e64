using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>The compose files: in accord with the server, its images and nginx.</summary>
public sealed partial class ComposeTests
{
    private const string Embedded = "compose.yaml", Production = "compose.production.yaml";

    [Theory]
    [InlineData(Embedded)]
    [InlineData(Production)]
    public async Task Every_variable_is_a_setting_of_the_server(string file)
    {
        var servers = (await ServicesAsync(file)).Where(IsServer).ToList();
        Assert.NotEmpty(servers);
        Assert.All(servers, s => Assert.Equal([], KnownSettings.Unknown(Environment(s.Value).Keys)));
        var example = File.ReadLines(Path.Combine(Tools.Docker, ".env.example")).Select(line => Variable().Match(line))
            .Where(match => match.Success).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("ACCESS_TOKEN_LIFETIME", example);
        // The sample API's own.
        Assert.Equal(["RESOURCE_URL"], KnownSettings.Unknown(example));
    }

    [Theory]
    [InlineData(Embedded)]
    [InlineData(Production)]
    public async Task Every_service_is_hardened_and_limited(string file) => Assert.All(await ServicesAsync(file), service =>
    {
        Assert.True(service.Value.GetProperty("read_only").GetBoolean());
        Assert.Equal(["ALL"], Texts(service.Value.GetProperty("cap_drop")));
        Assert.False(service.Value.TryGetProperty("cap_add", out _));
        Assert.Equal(["no-new-privileges:true"], Texts(service.Value.GetProperty("security_opt")));
        var limits = service.Value.GetProperty("deploy").GetProperty("resources").GetProperty("limits");
        Assert.Matches(@"^\d+[MG]$", limits.GetProperty("memory").GetString());
        Assert.Matches(@"^\d+\.\d+$", limits.GetProperty("cpus").GetString());
    });

    [Theory]
    [InlineData(Embedded)]
    [InlineData(Production)]
    public async Task Images_have_a_version_and_ours_that_of_the_server(string file)
    {
        var version = File.ReadAllText(Path.Combine(ServerProcess.Root, "VERSION")).Trim();
        foreach (var image in (await ServicesAsync(file)).Select(s => s.Value.GetProperty("image").GetString()!))
        {
            Assert.Matches(@":v?\d+\.\d+(\.\d+)?(-[a-z]+)?$", image);
            if (!image.StartsWith("authplatform/", StringComparison.Ordinal)) continue;
            Assert.EndsWith(":" + version, image, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_embedded_database_is_on_a_volume_and_the_issuer_needs_no_setting_on_this_machine()
    {
        var (name, server) = Assert.Single(await ServicesAsync(Embedded));
        Assert.Equal("authserver", name);
        Assert.Equal(["data:" + Dockerfile.Server.Environment["AUTHSERVER_DATA"]], Texts(server.GetProperty("volumes")));
        var port = Dockerfile.Server.Single("EXPOSE");
        Assert.Equal([$"127.0.0.1:{port}:{port}"], Texts(server.GetProperty("ports")));
        Assert.Equal($"${{API_BASE_URL:-http://localhost:{port}}}", Environment(server)["API_BASE_URL"]);
        var network = (await Tools.ReadYamlAsync(Embedded)).GetProperty("networks").GetProperty("embedded");
        Assert.Equal(
            Environment(server)["TRUSTED_PROXIES"],
            network.GetProperty("ipam").GetProperty("config")[0].GetProperty("gateway").GetString());
    }

    [Fact]
    public async Task Two_servers_start_after_the_migration_and_nginx_knows_both()
    {
        var services = (await ServicesAsync(Production)).ToDictionary();
        string[] servers = ["authserver-1", "authserver-2"];
        var migrate = services["migrate"];
        Assert.Equal(("no", "migrate"), (migrate.GetProperty("restart").GetString(), Assert.Single(Texts(migrate.GetProperty("command")))));
        Assert.All(servers, name => Assert.Equal(
            [("migrate", "service_completed_successfully"), ("postgres", "service_healthy"), ("redis", "service_healthy")],
            Conditions(services[name])));
        Assert.Equal(servers.Select(name => (name, "service_healthy")), Conditions(services["nginx"]));
        Assert.All(servers, name => Assert.Equal(Address(services["nginx"]), Environment(services[name])["TRUSTED_PROXIES"]));

        var nginx = await File.ReadAllTextAsync(Path.Combine(Tools.Docker, "nginx", "nginx.conf"));
        Assert.Equal(
            servers.Select(name => $"{Address(services[name])}:{Dockerfile.Server.Single("EXPOSE")}"),
            Upstream().Matches(nginx).Select(match => match.Groups[1].Value));
        Assert.All(
            Texts(services["nginx"].GetProperty("secrets")),
            name => Assert.Contains($"/run/secrets/{name};", nginx, StringComparison.Ordinal));
        Assert.Equal(
            Listen().Matches(nginx).Select(match => match.Groups[1].Value),
            Texts(services["nginx"].GetProperty("ports")).Select(port => port.Split(':')[1]));
    }

    [Fact]
    public async Task Secrets_come_from_files_that_are_declared()
    {
        var declared = (await Tools.ReadYamlAsync(Production)).GetProperty("secrets").EnumerateObject().Select(s => s.Name).ToHashSet();
        var services = await ServicesAsync(Production);
        var used = services.Where(s => s.Value.TryGetProperty("secrets", out _))
            .SelectMany(s => Texts(s.Value.GetProperty("secrets"))).ToHashSet();
        Assert.Equal(declared.Order(), used.Order());
        Assert.All(services.Where(IsServer), server => Assert.All(Environment(server.Value), pair =>
        {
            if (pair.Key.EndsWith("_FILE", StringComparison.Ordinal))
                Assert.Contains(pair.Value, Texts(server.Value.GetProperty("secrets")).Select(name => "/run/secrets/" + name));
            else if (KnownSettings.All[pair.Key].Secret) Assert.Equal("", new Uri(pair.Value).UserInfo);
        }));
    }

    [Fact]
    public async Task Redis_takes_the_place_of_the_shell_that_reads_its_password()
    {
        var folder = Directory.CreateTempSubdirectory("authserver-redis-");
        string At(string name) => Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(At("redis_password"), "of-this-test\n");
        var redis = (await ServicesAsync(Production)).ToDictionary()["redis"];
        var command = Texts(redis.GetProperty("command")).ToArray();
        Assert.Equal(["sh", "-c"], command[..2]);
        // As compose reads "$$"; on a socket in place of the port.
        var script = command[2].Replace("$$", "$", StringComparison.Ordinal)
            .Replace("/run/secrets", folder.FullName, StringComparison.Ordinal)
            .Replace("save \"\"", $"save \"\"\nport 0\nunixsocket {At("socket")}", StringComparison.Ordinal);
        using (var process = ChildProcess.Start("sh", ["-c", script]))
        {
            await process.WaitUntilAsync("it listens", () => Task.FromResult(File.Exists(At("socket"))), TimeSpan.FromSeconds(90));
            var (_, refused, _) = await Tools.RunAsync("redis-cli", "-s", At("socket"), "ping");
            Assert.StartsWith("NOAUTH", refused, StringComparison.Ordinal);
            var (_, about, _) = await Tools.RunAsync(
                "redis-cli", "-s", At("socket"), "--no-auth-warning", "-a", "of-this-test", "info", "server");
            var status = await File.ReadAllTextAsync($"/proc/{ProcessOf().Match(about).Groups[1].Value}/status");
            // No shell is between it and this process.
            Assert.Contains($"PPid:\t{System.Environment.ProcessId}\n", status, StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    /// <summary>Otherwise a token counts there until it expires, whatever a person has taken back.</summary>
    [Fact]
    public async Task The_sample_API_asks_the_server_about_each_token()
    {
        var environment = Environment((await ServicesAsync(Production)).ToDictionary()["resource-api"]);
        Assert.Equal(
            ("sample-api", "/run/secrets/sample_api_secret"),
            (environment["INTROSPECTION_CLIENT_ID"], environment["INTROSPECTION_CLIENT_SECRET_FILE"]));
        var document = await File.ReadAllTextAsync(Path.Combine(Tools.Docker, "README.md"));
        Assert.Contains("\"client_id\": \"sample-api\"", document, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_this_version_does_not_use_is_behind_a_profile() => Assert.Equal(
        [("mail", "mail"), ("resource-api", "sample")],
        (await ServicesAsync(Production)).Where(s => s.Value.TryGetProperty("profiles", out _))
            .Select(s => (s.Key, Assert.Single(Texts(s.Value.GetProperty("profiles"))))));

    [Fact]
    public async Task Nginx_is_set_as_the_document_says()
    {
        var documented = Proxies.Nginx.Documented[0].Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("proxy_", StringComparison.Ordinal) || line.StartsWith("large_", StringComparison.Ordinal)
                || line.StartsWith("client_", StringComparison.Ordinal) || line.StartsWith("gzip", StringComparison.Ordinal)
                || line.StartsWith("keepalive", StringComparison.Ordinal));
        var lines = await File.ReadAllLinesAsync(Path.Combine(Tools.Docker, "nginx", "nginx.conf"));
        var ours = lines.Select(line => line.Trim()).ToHashSet();
        Assert.True(documented.Count() > 8);
        Assert.Equal([], documented.Where(line => !ours.Contains(line)));
    }

    [Fact]
    public async Task Nginx_takes_its_configuration()
    {
        var folder = Directory.CreateTempSubdirectory("authserver-nginx-");
        string At(string name) => Path.Combine(folder.FullName, name);
        using var authority = new TestAuthority("nginx");
        var (certificate, key) = authority.Issue("id.example.com", ["id.example.com"]);
        await File.WriteAllTextAsync(At("tls_certificate"), certificate);
        await File.WriteAllTextAsync(At("tls_private_key"), key);
        var text = await File.ReadAllTextAsync(Path.Combine(Tools.Docker, "nginx", "nginx.conf"));
        // An nginx before 1.25, as some systems have it, knows HTTP/2 as a part of `listen` alone.
        await File.WriteAllTextAsync(At("nginx.conf"), text.Replace("/tmp/", folder.FullName + "/", StringComparison.Ordinal)
            .Replace("/run/secrets", folder.FullName, StringComparison.Ordinal).Replace("http2 on;", "", StringComparison.Ordinal));
        var (exit, _, errors) = await Tools.RunAsync(Proxies.Nginx.Program, "-t", "-c", At("nginx.conf"), "-e", "stderr");
        Assert.True(exit == 0, errors);
        Assert.DoesNotContain("[warn]", errors, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static bool IsServer(KeyValuePair<string, JsonElement> service) =>
        service.Value.GetProperty("image").GetString()!.StartsWith("authplatform/authserver:", StringComparison.Ordinal);

    private static async Task<List<KeyValuePair<string, JsonElement>>> ServicesAsync(string file) =>
        [.. (await Tools.ReadYamlAsync(file)).GetProperty("services").EnumerateObject().Select(s => KeyValuePair.Create(s.Name, s.Value))];

    private static string? Address(JsonElement service) =>
        service.GetProperty("networks").GetProperty("inside").GetProperty("ipv4_address").GetString();

    private static IEnumerable<(string, string)> Conditions(JsonElement service) =>
        service.GetProperty("depends_on").EnumerateObject().Select(d => (d.Name, d.Value.GetProperty("condition").GetString()!)).Order();

    private static Dictionary<string, string> Environment(JsonElement service) =>
        service.GetProperty("environment").EnumerateObject().ToDictionary(e => e.Name, e => e.Value.GetString()!);

    private static IEnumerable<string> Texts(JsonElement list) => list.EnumerateArray().Select(item => item.GetString()!);

    [GeneratedRegex("process_id:([0-9]+)")]
    private static partial Regex ProcessOf();

    [GeneratedRegex("^(?:# )?([A-Z][A-Z_]+)=")]
    private static partial Regex Variable();

    [GeneratedRegex("^ +server ([0-9.:]+) ", RegexOptions.Multiline)]
    private static partial Regex Upstream();

    [GeneratedRegex("listen ([0-9]+)")]
    private static partial Regex Listen();
}
