using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Exchange;

/// <summary>A server with clients that exchange tokens, beside those of everybody.</summary>
public abstract class ExchangeHost(DatabaseKind kind) : HostFixture(kind)
{
    /// <summary>What is behind the API that the apps call.</summary>
    public const string Books = "https://books.example.test";

    private const string Server = "https://auth.example.test";

    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";

    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["gateway"] = "gateway-secret-7Tq2Vm9Xb4Ks6Wd8Rz3Hn",
        ["masked"] = "masked-secret-2Hn7Tq4Vm9Xb6Ks8Wd3Rz5",
        ["bookkeeper"] = "bookkeeper-secret-9Xb4Ks6Wd8Rz3Hn7Tq2Vm",
        ["inner"] = "inner-secret-3Rz5Hn7Tq2Vm9Xb4Ks6Wd8",
        ["hasty"] = "hasty-secret-5Hn7Tq2Vm9Xb4Ks6Wd8Rz3",
        ["stranger"] = "stranger-secret-6Ks8Wd3Rz5Hn7Tq2Vm9Xb4",
    };

    private readonly string _seed = Path.GetTempFileName();

    /// <summary>The API itself, which tells that it acts.</summary>
    public ClientApp Gateway => App("gateway");

    /// <summary>The API too, without telling that it acts.</summary>
    public ClientApp Masked => App("masked");

    /// <summary>What is behind the API, and calls further on.</summary>
    public ClientApp Bookkeeper => App("bookkeeper");

    /// <summary>The API too; what it gets is for this server.</summary>
    public ClientApp Inner => App("inner");

    /// <summary>The API too; its tokens are good for two minutes.</summary>
    public ClientApp Hasty => App("hasty");

    /// <summary>Has the policy and is not the API.</summary>
    public ClientApp Stranger => App("stranger");

    protected override HostSetup Prepare(HostSetup setup)
    {
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!;
        seed["resources"]!.AsArray().Add(new JsonObject { ["identifier"] = Books });
        seed["scopes"]!.AsArray().Add(Scope("books:read"));
        seed["scopes"]!.AsArray().Add(Scope("books:write"));
        var spa = seed["clients"]!.AsArray().Single(c => (string?)c!["client_id"] == "spa")!;
        spa["scope"] = (string?)spa["scope"] + " books:read";
        seed["clients"]!.AsArray().Add(Client("gateway", Seed.Api, "delegation", ["spa", "gateway", "bookkeeper", "discreet"]));
        seed["clients"]!.AsArray().Add(Client("masked", Seed.Api, "impersonation", ["spa"]));
        seed["clients"]!.AsArray().Add(Client("bookkeeper", Books, "delegation", ["gateway", "bookkeeper"]));
        seed["clients"]!.AsArray().Add(Client("stranger", Seed.Ledger, "delegation", ["spa"]));
        var hasty = Client("hasty", Seed.Api, "delegation", ["spa"]);
        hasty["access_token_lifetime_seconds"] = 120;
        seed["clients"]!.AsArray().Add(hasty);
        // For this server itself, whose tokens open its own endpoints.
        var inner = Client("inner", Seed.Api, "impersonation", ["spa"]);
        (inner["allowed_resources"], inner["scope"]) = (new JsonArray(Server), "notes:read account:read");
        (inner["token_exchange"]!["audiences"], inner["token_exchange"]!["scopes"]) = (new JsonArray(Server), new JsonArray());
        seed["clients"]!.AsArray().Add(inner);
        // Knows people by names of its own, and exchanges.
        var veiled = seed["clients"]!.AsArray().Single(c => (string?)c!["client_id"] == "discreet-two")!;
        veiled["grant_types"]!.AsArray().Add(Grant);
        (veiled["resources"], veiled["allowed_resources"]) = (new JsonArray(Seed.Api), new JsonArray(Seed.Api));
        veiled["scope"] = (string?)veiled["scope"] + " notes:read";
        veiled["token_exchange"] = new JsonObject
        {
            ["subject_clients"] = new JsonArray("spa", "discreet"), ["audiences"] = new JsonArray(Seed.Api), ["mode"] = "delegation",
        };
        File.WriteAllText(_seed, seed.ToJsonString());
        return setup with { SeedFile = _seed };
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_seed);
        return base.DisposeAsync();
    }

    private ClientApp App(string id) => new(Issuer, id, Secrets[id], "");

    private static JsonObject Scope(string name) => new()
    {
        ["name"] = name, ["description"] = name, ["resources"] = new JsonArray(Books),
    };

    private static JsonObject Client(string id, string serves, string mode, string[] subjects) => new()
    {
        ["client_id"] = id,
        ["client_secret"] = Secrets[id],
        ["token_endpoint_auth_method"] = "client_secret_basic",
        ["grant_types"] = new JsonArray(Grant, "client_credentials"),
        ["scope"] = "notes:read books:read books:write",
        ["resources"] = new JsonArray(serves),
        ["allowed_resources"] = new JsonArray(Books, Seed.Api),
        ["token_exchange"] = new JsonObject
        {
            ["subject_clients"] = new JsonArray([.. subjects.Select(s => (JsonNode)s)]),
            ["audiences"] = new JsonArray(Books, Seed.Api),
            ["scopes"] = new JsonArray("books:read"),
            ["mode"] = mode,
        },
    };
}

public sealed class ExchangeOnSqliteHost() : ExchangeHost(DatabaseKind.Sqlite);

public sealed class ExchangeOnPostgresHost() : ExchangeHost(DatabaseKind.Postgres);
