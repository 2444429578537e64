using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>docker/conformance has the static clients of the suite, and a person with every claim of the scopes.</summary>
public sealed class SuiteSeedTests
{
    private const string Callback = "https://localhost.emobix.co.uk:8443/test/a/authplatform/callback";

    private static readonly IReadOnlyList<JsonObject> Clients = ClientsOf("seed.json");

    [Fact]
    public async Task A_person_of_the_seed_signs_in_to_every_client_of_the_suite()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite) { SeedFile = PathOf("seed.json") });
        var browser = host.NewBrowser();
        await browser.SignInAsync("conformance@example.com", "Quiet-River-31-Lamp");
        foreach (var client in Clients.Where(c => c["token_endpoint_auth_method"] is null))
        {
            var app = new ClientApp(host.Issuer, (string)client["client_id"]!, (string)client["client_secret"]!, Callback);
            var tokens = await browser.SignInAsync(app, "openid profile email address phone offline_access");
            Assert.True((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
            var info = await app.UserInfoAsync(tokens.AccessToken);
            Assert.Equal(20, info.Json.EnumerateObject().Count());
        }
    }

    /// <summary>A module fails on a call that it does not wait for, and each waits for one kind of call at most.</summary>
    [Fact]
    public void No_client_is_told_of_a_sign_out_in_two_ways_and_most_in_none()
    {
        string[] channels = ["backchannel_logout_uri", "frontchannel_logout_uri"];
        var told = Clients.Where(client => channels.Any(client.ContainsKey)).ToList();
        Assert.Equal(2, told.Count);
        Assert.All(told, client => Assert.Single(channels, client.ContainsKey));
        Assert.DoesNotContain("conformance-one", told.Select(client => (string)client["client_id"]!));
    }

    [Fact]
    public async Task The_clients_of_the_fapi_plans_are_registered_with_the_keys_of_their_configuration()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            SeedFile = PathOf("seed-fapi.json"),
            Settings = new Dictionary<string, string> { ["MTLS_BASE_URL"] = "https://op.example.com:8444" },
        });
        var registered = await host.WithDatabaseAsync(db => db.Clients.Select(c => c.ClientId).ToListAsync());
        var plan = JsonNode.Parse(File.ReadAllText(PathOf("fapi.json")))!;
        var clients = ClientsOf("seed-fapi.json");
        Assert.Equal(24, clients.Count);
        foreach (var client in clients)
        {
            var (id, keys) = ((string)client["client_id"]!, client["jwks"]!["keys"]!.AsArray());
            Assert.Contains(id, registered);
            var number = id.EndsWith("two", StringComparison.Ordinal) ? "2" : "";
            var signing = plan["client" + number]!["jwks"]!["keys"]![0]!;
            Assert.Equal((string?)(signing["n"] ?? signing["x"]), (string?)(keys[0]!["n"] ?? keys[0]!["x"]));
            if (keys.Count == 1) continue;
            using var certificate = X509Certificate2.CreateFromPem((string)plan["mtls" + number]!["cert"]!);
            Assert.Equal(Convert.ToBase64String(certificate.RawData), (string?)keys[1]!["x5c"]![0]);
        }
    }

    private static string PathOf(string file) => Path.Combine(ServerProcess.Root, "docker", "conformance", file);

    private static IReadOnlyList<JsonObject> ClientsOf(string seed) =>
        [.. JsonNode.Parse(File.ReadAllText(PathOf(seed)))!["clients"]!.AsArray().OfType<JsonObject>()];
}
