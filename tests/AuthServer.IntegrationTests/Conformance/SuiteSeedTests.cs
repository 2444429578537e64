using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Conformance;

/// <summary>docker/conformance/seed.json registers the static clients of the suite, and people with every claim of the scopes.</summary>
public sealed class SuiteSeedTests
{
    private const string Callback = "https://localhost.emobix.co.uk:8443/test/a/authplatform/callback";

    private static string SeedFile => Path.Combine(ServerProcess.Root, "docker", "conformance", "seed.json");

    private static readonly IReadOnlyList<JsonObject> Clients =
        [.. JsonNode.Parse(File.ReadAllText(SeedFile))!["clients"]!.AsArray().OfType<JsonObject>()];

    [Fact]
    public async Task A_person_of_the_seed_signs_in_to_every_client_of_the_suite()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite) { SeedFile = SeedFile });
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
}
