using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Exchange;

/// <summary>A server with clients that exchange tokens, beside those of everybody.</summary>
public abstract class ExchangeHost(DatabaseKind kind) : HostFixture(kind)
{
    /// <summary>What is behind the API that the apps call.</summary>
    public const string Books = "https://books.example.test";

    private const string Grant = "urn:ietf:params:oauth:grant-type:token-exchange";

    private readonly string _seed = Path.GetTempFileName();

    /// <summary>The API itself, which tells that it acts.</summary>
    public ClientApp Gateway => new(Issuer, "gateway", "gateway-secret-7Tq2Vm9Xb4Ks6Wd8Rz3Hn", "");

    /// <summary>The API too, without telling that it acts.</summary>
    public ClientApp Masked => new(Issuer, "masked", "masked-secret-2Hn7Tq4Vm9Xb6Ks8Wd3Rz5", "");

    /// <summary>What is behind the API, and calls further on.</summary>
    public ClientApp Bookkeeper => new(Issuer, "bookkeeper", "bookkeeper-secret-9Xb4Ks6Wd8Rz3Hn7Tq2Vm", "");

    /// <summary>Has the policy and is not the API.</summary>
    public ClientApp Stranger => new(Issuer, "stranger", "stranger-secret-6Ks8Wd3Rz5Hn7Tq2Vm9Xb4", "");

    protected override HostSetup Prepare(HostSetup setup)
    {
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!;
        seed["resources"]!.AsArray().Add(new JsonObject { ["identifier"] = Books });
        seed["scopes"]!.AsArray().Add(Scope("books:read"));
        seed["scopes"]!.AsArray().Add(Scope("books:write"));
        var spa = seed["clients"]!.AsArray().Single(c => (string?)c!["client_id"] == "spa")!;
        spa["scope"] = (string?)spa["scope"] + " books:read";
        seed["clients"]!.AsArray().Add(Client(Gateway, Seed.Api, "delegation", ["spa", "gateway", "bookkeeper"]));
        seed["clients"]!.AsArray().Add(Client(Masked, Seed.Api, "impersonation", ["spa"]));
        seed["clients"]!.AsArray().Add(Client(Bookkeeper, Books, "delegation", ["gateway", "bookkeeper"]));
        seed["clients"]!.AsArray().Add(Client(Stranger, Seed.Ledger, "delegation", ["spa"]));
        File.WriteAllText(_seed, seed.ToJsonString());
        return setup with { SeedFile = _seed };
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_seed);
        return base.DisposeAsync();
    }

    private static JsonObject Scope(string name) => new()
    {
        ["name"] = name, ["description"] = name, ["resources"] = new JsonArray(Books),
    };

    private static JsonObject Client(ClientApp app, string serves, string mode, string[] subjects) => new()
    {
        ["client_id"] = app.ClientId,
        ["client_secret"] = app.Secret,
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
