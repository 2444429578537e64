using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Assertions;

/// <summary>A server that takes the assertions of an issuer.</summary>
public abstract class AssertionHost(DatabaseKind kind) : HostFixture(kind)
{
    /// <summary>An issuer whose subjects are those that people have connected.</summary>
    public const string Connected = "https://connected.example.test";

    private static readonly Dictionary<string, string> Secrets = new()
    {
        ["careful"] = "careful-secret-2Vm9Xb4Ks6Wd8Rz3Hn7Tq",
        ["brief"] = "brief-secret-4Ks6Wd8Rz3Hn7Tq2Vm9Xb",
        ["agent"] = "agent-secret-8Rz3Hn7Tq2Vm9Xb4Ks6Wd",
        ["stranger"] = "stranger-secret-6Ks8Wd3Rz5Hn7Tq2Vm9Xb4",
    };

    private readonly string _seed = Path.GetTempFileName();

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ClientApp Agent => new(Issuer, "agent", Secrets["agent"], "");

    /// <summary>One of the issuer's clients, whose people need a second factor.</summary>
    public ClientApp Careful => new(Issuer, "careful", Secrets["careful"], "");

    /// <summary>One of the issuer's clients, whose tokens are good for two minutes.</summary>
    public ClientApp Brief => new(Issuer, "brief", Secrets["brief"], "");

    /// <summary>Has the grant, and is none of the issuer's clients.</summary>
    public ClientApp Stranger => new(Issuer, "stranger", Secrets["stranger"], "");

    protected override HostSetup Prepare(HostSetup setup)
    {
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!;
        foreach (var (id, secret) in Secrets)
        {
            var client = new JsonObject
            {
                ["client_id"] = id, ["client_secret"] = secret, ["token_endpoint_auth_method"] = "client_secret_basic",
                ["grant_types"] = new JsonArray(
                    "urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:token-exchange"),
                ["scope"] = "openid notes:read notes:write",
                ["require_second_factor"] = id == "careful",
                ["allowed_resources"] = new JsonArray(Seed.Api),
                ["token_exchange"] = new JsonObject
                {
                    ["subject_clients"] = new JsonArray(id), ["audiences"] = new JsonArray(Seed.Api), ["mode"] = "delegation",
                },
            };
            if (id == "brief") client["access_token_lifetime_seconds"] = 120;
            seed["clients"]!.AsArray().Add(client);
        }

        File.WriteAllText(_seed, seed.ToJsonString());
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new(ECDsa.Create(Key.ExportParameters(false))));
        var issuer = new JsonObject
        {
            ["issuer"] = "https://idp.example.test",
            ["jwks"] = new JsonObject
            {
                ["keys"] = new JsonArray(new JsonObject { ["kty"] = "EC", ["crv"] = jwk.Crv, ["x"] = jwk.X, ["y"] = jwk.Y }),
            },
            ["subject"] = "email", ["clients"] = new JsonArray("agent", "careful", "brief"),
            ["scopes"] = new JsonArray("openid", "notes:read"),
        };
        var connected = issuer.DeepClone();
        (connected["issuer"], connected["subject"]) = (Connected, "connection");
        return setup with
        {
            SeedFile = _seed,
            Settings = new Dictionary<string, string> { ["ASSERTION_ISSUERS"] = new JsonArray(issuer, connected).ToJsonString() },
        };
    }

    public override ValueTask DisposeAsync()
    {
        File.Delete(_seed);
        Key.Dispose();
        return base.DisposeAsync();
    }
}

public sealed class AssertionOnSqliteHost() : AssertionHost(DatabaseKind.Sqlite);

public sealed class AssertionOnPostgresHost() : AssertionHost(DatabaseKind.Postgres);
