using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Protocol.Told;

/// <summary>A server whose clients want what they get encrypted to their keys.</summary>
public abstract class EncryptedHost(DatabaseKind kind) : HostFixture(kind)
{
    private const string Secret = "-secret-7Tq2Vm9Xb4Ks6Wd8Rz3Hn";

    /// <summary>Kind of key, <c>alg</c> and <c>enc</c>, of a client each.</summary>
    public static readonly (string Kind, string Alg, string Enc)[] Forms =
    [
        ("RSA", "RSA-OAEP-256", "A128CBC-HS256"), ("RSA", "RSA-OAEP-256", "A256CBC-HS512"), ("RSA", "RSA-OAEP-256", "A128GCM"),
        ("RSA", "RSA-OAEP-256", "A256GCM"), ("RSA", "RSA-OAEP", "A128CBC-HS256"), ("P-256", "ECDH-ES", "A128CBC-HS256"),
        ("P-256", "ECDH-ES", "A256CBC-HS512"), ("P-256", "ECDH-ES", "A128GCM"), ("P-384", "ECDH-ES", "A256GCM"),
        ("P-384", "ECDH-ES+A128KW", "A128GCM"), ("P-521", "ECDH-ES+A256KW", "A256CBC-HS512"), ("P-256", "ECDH-ES+A128KW", "A128CBC-HS256"),
        ("X25519", "ECDH-ES", "A256GCM"), ("X25519", "ECDH-ES+A256KW", "A128CBC-HS256"),
    ];

    private readonly string _seed = Path.GetTempFileName();
    private WebApplication _logouts = null!;

    /// <summary>The key of the client of a form, by the number of the form.</summary>
    public IReadOnlyList<Recipient> Keys { get; } = [.. Forms.Select((form, i) => Recipient.New(form.Kind, $"enc-{i}"))];

    /// <summary>That of every other client.</summary>
    public Recipient Key { get; } = Recipient.New("P-256", "k1");

    internal PublishedKeys Published { get; private set; } = null!;

    /// <summary>The logout tokens that the client "everything" got.</summary>
    public IReadOnlyCollection<string> LogoutTokens => _logoutTokens;

    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _logoutTokens = new();

    public ClientApp App(string id) => new(Issuer, id, id + Secret, $"https://{id}.example.test/cb");

    public ClientApp App(int form) => App($"form-{form}");

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        Published = PublishedKeys.StartAsync().GetAwaiter().GetResult();
        _logouts = NewServer();
        _logouts.Run(async http => _logoutTokens.Enqueue((await http.Request.ReadFormAsync())["logout_token"].ToString()));
        _logouts.Start();
        var logouts = new Uri(_logouts.Urls.Single());
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!;
        var clients = seed["clients"]!.AsArray();
        for (var i = 0; i < Forms.Length; i++)
        {
            clients.Add(Client($"form-{i}", Keys[i], All(Forms[i].Alg, Forms[i].Enc)));
        }

        clients.Add(Client(
            "everything", Key, [.. All("ECDH-ES", null), ("backchannel_logout_uri", new Uri(logouts, "/bye").AbsoluteUri),
                ("userinfo_signed_response_alg", "ES256"), ("resources", new JsonArray(Seed.Api))]));
        clients.Add(Client("published", null, [.. All("ECDH-ES", "A256GCM"), ("jwks_uri", Published.Address.AbsoluteUri)]));
        clients.Add(Client(
            "unkeyed", null, [.. All("ECDH-ES", "A256GCM").Where(member => !member.Item1.StartsWith("id_token", StringComparison.Ordinal)),
                ("jwks_uri", Published.Address.AbsoluteUri + "?client=unkeyed")]));
        File.WriteAllText(_seed, seed.ToJsonString());
        return setup with
        {
            SeedFile = _seed,
            Settings = new Dictionary<string, string>(setup.Settings)
            {
                ["OUTBOUND_ALLOWED_HOSTS"] = $"{Published.Host},{logouts.Authority}",
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await Published.DisposeAsync();
        await _logouts.DisposeAsync();
        File.Delete(_seed);
    }

    private static (string, JsonNode)[] All(string alg, string? enc) =>
    [
        .. new[] { "id_token", "userinfo", "introspection", "authorization" }.SelectMany(answer => new (string, JsonNode)[]
        {
            (answer + "_encrypted_response_alg", alg), (answer + "_encrypted_response_enc", enc ?? "A128CBC-HS256"),
        }),
    ];

    private static JsonObject Client(string id, Recipient? key, IEnumerable<(string Name, JsonNode Value)> members)
    {
        var client = new JsonObject
        {
            ["client_id"] = id,
            ["client_name"] = id,
            ["client_secret"] = id + Secret,
            ["token_endpoint_auth_method"] = "client_secret_basic",
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token"),
            ["redirect_uris"] = new JsonArray($"https://{id}.example.test/cb"),
            ["scope"] = "openid email offline_access notes:read",
            ["trusted"] = true,
        };
        // A key for signatures stands first: it is not for this.
        if (key is not null)
        {
            client["jwks"] = new JsonObject { ["keys"] = new JsonArray(ClientSigner.Ec("s").JwkWith(("use", "sig")), key.Jwk.DeepClone()) };
        }

        foreach (var (name, value) in members) client[name] = value;
        return client;
    }

    private static WebApplication NewServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    public sealed class OnSqlite() : EncryptedHost(DatabaseKind.Sqlite);

    public sealed class OnPostgres() : EncryptedHost(DatabaseKind.Postgres);
}
