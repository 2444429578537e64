using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Told;

/// <summary>A server with people who have roles, and with clients that are told of them.</summary>
public abstract class ToldHost(DatabaseKind kind) : HostFixture(kind)
{
    private const string Exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>Has the roles admin, editor and ops:night.</summary>
    public static readonly Person Dora = new("dora@example.test", "Yellow-Harbour-53-Oak");

    /// <summary>Has a nickname that would like to be more.</summary>
    public static readonly Person Eve = new("eve@example.test", "Silver-Meadow-64-Fox");

    public const string EvesNickname = "Eve\",\"admin\":true,\"x\":\"";

    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["mapped"] = "mapped-secret-3Rz5Hn7Tq2Vm9Xb4Ks6Wd8",
        ["team"] = "team-secret-7Tq2Vm9Xb4Ks6Wd8Rz3Hn",
        ["board"] = "board-secret-2Hn7Tq4Vm9Xb6Ks8Wd3Rz5",
        ["asking"] = "asking-secret-9Xb4Ks6Wd8Rz3Hn7Tq2Vm",
        ["narrow"] = "narrow-secret-6Ks8Wd3Rz5Hn7Tq2Vm9Xb4",
        ["behind"] = "behind-secret-4Ks8Wd3Rz5Hn7Tq2Vm9Xb6",
    };

    private readonly string _seed = Path.GetTempFileName();

    /// <summary>An app of the operator that is told of every role.</summary>
    public ClientApp Team => App("team");

    /// <summary>The same, told of the roles editor and author alone.</summary>
    public ClientApp Board => App("board");

    /// <summary>An app of somebody else: people are asked.</summary>
    public ClientApp Asking => App("asking");

    /// <summary>Registered for neither scope.</summary>
    public ClientApp Narrow => App("narrow");

    /// <summary>The API, which exchanges the tokens of team; told of the role editor alone.</summary>
    public ClientApp Behind => App("behind");

    /// <summary>Has claims under names of its own.</summary>
    public ClientApp Mapped => App("mapped");

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!;
        var clients = seed["clients"]!.AsArray();
        clients.Add(Client("team", "openid profile email offline_access roles groups notes:read"));
        clients.Add(Client("board", "openid offline_access roles groups", ("disclosed_roles", new JsonArray("editor", "author"))));
        clients.Add(Client("asking", "openid profile roles groups", ("trusted", false)));
        clients.Add(Client("narrow", "openid profile"));
        seed["scopes"]!.AsArray().Add(new JsonObject { ["name"] = "tenant", ["description"] = "Work for its customer" });
        clients.Add(Client(
            "mapped", "openid profile email groups tenant offline_access",
            ("grant_types", new JsonArray("authorization_code", "refresh_token", "client_credentials")),
            ("claims_mapping", JsonNode.Parse(
                """
                [{"claim":"login","source":"email"},{"claim":"preferred_username","source":"email","in":["id_token"]},
                 {"claim":"place","source":"zoneinfo","in":["id_token"]},{"claim":"called","source":"nickname"},
                 {"claim":"teams","source":"roles","in":["userinfo","access_token"]},
                 {"claim":"tenant","value":["north","2"],"scope":"tenant","in":["access_token"]},
                 {"claim":"plan","value":true,"in":["access_token"]}]
                """)!)));
        clients.Add(Client(
            "behind", "roles notes:read", ("disclosed_roles", new JsonArray("editor")), ("grant_types", new JsonArray(Exchange)),
            ("redirect_uris", new JsonArray()), ("resources", new JsonArray(Seed.Api)), ("allowed_resources", new JsonArray(Seed.Api)),
            ("token_exchange", new JsonObject
            {
                ["subject_clients"] = new JsonArray("team"), ["audiences"] = new JsonArray(Seed.Api), ["scopes"] = new JsonArray(),
                ["mode"] = "delegation",
            })));
        seed["users"]!.AsArray().Add(new JsonObject
        {
            ["email"] = Dora.Email, ["password"] = Dora.Password, ["first_name"] = "Dora",
            ["roles"] = new JsonArray("ops:night", "admin", "editor"),
        });
        seed["users"]!.AsArray().Add(new JsonObject
        {
            ["email"] = Eve.Email, ["password"] = Eve.Password, ["claims"] = new JsonObject { ["nickname"] = EvesNickname },
        });
        File.WriteAllText(_seed, seed.ToJsonString());
        return setup with { SeedFile = _seed };
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_seed);
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    private ClientApp App(string id) => new(Issuer, id, Secrets[id], $"https://{id}.example.test/cb");

    private static JsonObject Client(string id, string scope, params (string Name, JsonNode Value)[] more)
    {
        var client = new JsonObject
        {
            ["client_id"] = id,
            ["client_name"] = id,
            ["client_secret"] = Secrets[id],
            ["token_endpoint_auth_method"] = "client_secret_basic",
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["redirect_uris"] = new JsonArray($"https://{id}.example.test/cb"),
            ["scope"] = scope,
            ["trusted"] = true,
        };
        foreach (var (name, value) in more) client[name] = value;
        return client;
    }

    public sealed class OnSqlite() : ToldHost(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : ToldHost(DatabaseKind.Postgres);
}
