using System.Text;
using AuthServer.Seeding;
using AuthServer.UnitTests.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.UnitTests.Seeding;

/// <summary>The member <c>resources</c> of a seed file.</summary>
public sealed class SeedResourceTests : IAsyncDisposable
{
    private const string File = """
        {
          "resources": [
            { "identifier": "https://api.example.com", "display_name": "Orders", "access_token_signed_response_alg": "RS256" },
            { "identifier": "urn:example:reports" }
          ]
        }
        """;

    private readonly MemoryDatabase _database = new();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_resource_is_made_and_the_second_run_of_the_same_file_leaves_what_was_changed_since()
    {
        var first = await AppliedAsync(File);
        Assert.Equal("resources 2 created, 0 updated, 0 unchanged; scopes 0 created, 0 updated, 0 unchanged; clients 0 created, "
            + "0 updated, 0 unchanged; users 0 created, 0 updated, 0 unchanged", first.Describe());
        Assert.Equal(
            ["https://api.example.com|Orders|RS256", "urn:example:reports||"], await StateAsync());
        await _database.DbAsync(db => db.Resources.Where(r => r.DisplayName == "Orders")
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.DisplayName, "Changed since")));
        Assert.Equal(new(0, 0, 2), (await AppliedAsync(File)).Resources);
        Assert.Equal(["https://api.example.com|Changed since|RS256", "urn:example:reports||"], await StateAsync());

        var changed = await AppliedAsync(File.Replace("RS256", "ES256", StringComparison.Ordinal));
        Assert.Equal(new(0, 1, 1), changed.Resources);
        Assert.Equal(["https://api.example.com|Orders|ES256", "urn:example:reports||"], await StateAsync());
    }

    [Fact]
    public async Task An_absent_resource_is_deleted_once_and_each_change_has_an_audit_row()
    {
        await AppliedAsync(File);
        const string Absent = """{ "resources": [{ "identifier": "https://api.example.com", "absent": true }] }""";
        Assert.Equal(["resource https://api.example.com"], (await AppliedAsync(Absent)).Removed);
        Assert.Equal(["urn:example:reports||"], await StateAsync());
        await AppliedAsync(File);
        await AppliedAsync(File.Replace("Orders", "Our orders", StringComparison.Ordinal));
        Assert.Equal(
            [
                "resource.changed seed: https://api.example.com", "resource.created seed: https://api.example.com",
                "resource.created seed: https://api.example.com", "resource.created seed: urn:example:reports",
                "resource.deleted seed: https://api.example.com",
            ],
            (await _database.DbAsync(db => db.AuditEvents.ToListAsync()))
                .Select(e => $"{e.Kind} {e.Detail}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("\"api\"", "identifier must be an absolute URI")]
    [InlineData("\"/api\"", "identifier must be an absolute URI")]
    [InlineData("\"https://api.example.com/#a\"", "identifier must be an absolute URI")]
    [InlineData("\"https://api.example.com/a b\"", "identifier must be an absolute URI")]
    [InlineData("\"https://ä.example.com\"", "identifier must be an absolute URI")]
    [InlineData("7", "identifier must be a text")]
    [InlineData("\"urn:a\", \"access_token_signed_response_alg\": \"PS256\"", "access_token_signed_response_alg must be RS256 or ES256")]
    [InlineData("\"urn:a\", \"display_name\": \"\"", "display_name must not be empty")]
    [InlineData("\"urn:a\", \"absent\": false", "absent must be true")]
    [InlineData("\"urn:a\" }, { \"identifier\": \"urn:a\"", "stands twice in resources: urn:a")]
    [InlineData("\"urn:a\" }, { \"display_name\": \"A\"", "lacks identifier")]
    public async Task A_resource_that_cannot_be_right_is_refused_with_its_line(string identifier, string reason)
    {
        var refused = Assert.IsType<SeedOutcome.Refused>(await RunAsync("{ \"resources\": [\n{ \"identifier\": " + identifier + " }] }"));
        var problem = Assert.Single(refused.Problems);
        Assert.Equal(2, problem.Line);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
        Assert.Empty(await StateAsync());
    }

    [Fact]
    public async Task A_member_that_is_not_known_is_warned_of_with_the_nearest_name_and_refused_where_the_run_is_strict()
    {
        const string Misspelt = """{ "resources": [{ "identifier": "urn:a", "dispaly_name": "A", "colour": "red" }] }""";
        string[] words =
        [
            "line 1: resources[0].dispaly_name is not known and has no effect; did you mean display_name?",
            "line 1: resources[0].colour is not known and has no effect",
        ];
        var refused = Assert.IsType<SeedOutcome.Refused>(await RunAsync(Misspelt, new([], Strict: true)));
        Assert.Equal(words, refused.Problems.Select(p => $"{p}"));
        Assert.Empty(await StateAsync());
        Assert.Equal(words, (await AppliedAsync(Misspelt)).Warnings.Select(p => $"{p}"));
        Assert.Equal(["urn:a||"], await StateAsync());
    }

    [Fact]
    public async Task Scopes_and_clients_may_name_a_resource_that_is_not_registered() => Assert.Equal(
        new(1, 0, 0), (await AppliedAsync(
            """
            {
              "scopes": [{ "name": "a:read", "resources": ["https://unregistered.example.com"] }],
              "clients": [{ "client_id": "c", "token_endpoint_auth_method": "none", "redirect_uris": ["https://c.example.com/cb"],
                "scope": "openid a:read", "allowed_resources": ["https://other.example.com"] }]
            }
            """)).Clients);

    private Task<List<string>> StateAsync() => _database.DbAsync(db => db.Resources.OrderBy(r => r.Identifier)
        .Select(r => r.Identifier + "|" + r.DisplayName + "|" + r.AccessTokenSignedResponseAlg).ToListAsync());

    private Task<SeedOutcome> RunAsync(string json, SeedRequest? request = null) =>
        _database.WithAsync(p => p.GetRequiredService<SeedRun>().ApplyAsync(Encoding.UTF8.GetBytes(json), request
            ?? SeedRequest.Usual, default));

    private async Task<SeedOutcome.Applied> AppliedAsync(string json) => Assert.IsType<SeedOutcome.Applied>(await RunAsync(json));
}
