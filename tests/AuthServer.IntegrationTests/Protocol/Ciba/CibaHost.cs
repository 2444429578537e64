using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Ciba;

/// <summary>A request as it came to a notification endpoint: the path is the client_id.</summary>
public sealed record ReceivedCall(string ClientId, string? Authorization, string? ContentType, JsonObject Body)
{
    public string? Text(string member) => (string?)Body[member];
}

/// <summary>A server with clients of CIBA that are called back, clients that sign, and what they receive.</summary>
public abstract class CibaHost(DatabaseKind kind) : HostFixture(kind)
{
    public const string Bearer = "bearer-of-the-client.0123456789~abcdefghij";

    /// <summary>The origin of mtls_endpoint_aliases.</summary>
    public const string Alias = "https://mtls.example.test";

    private const string Secret = "ciba-secret-3Wq7Zb5Xk9Vn2Jm6Tc8Rd";

    private readonly string _seed = Path.Combine(Path.GetTempPath(), $"ciba-{Guid.CreateVersion7():N}.json");
    private readonly ConcurrentQueue<ReceivedCall> _received = new();
    private readonly WebApplication _client = NewServer();

    /// <summary>The status of an answer to a client; by default 204.</summary>
    public ConcurrentDictionary<string, Func<int>> Answers { get; } = new();

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The keys at the jwks_uri of the client "sealed".</summary>
    public JsonObject[] Published { get; set; } = [];

    public IReadOnlyList<ReceivedCall> Of(string clientId) => [.. _received.Where(r => r.ClientId == clientId)];

    /// <summary>A client, at a moment of its own: the page lists requests by their time.</summary>
    public ClientApp App(string clientId)
    {
        Time.Advance(TimeSpan.FromMilliseconds(10));
        return new(Issuer, clientId, Secret, "");
    }

    /// <summary>Asks for a person; the client is called back with <see cref="Bearer"/>.</summary>
    public Task<TokenAnswer> AskAsync(string clientId, string email, params (string Name, string? Value)[] extra) =>
        App(clientId).AskForPersonAsync(email, [("client_notification_token", Bearer), .. extra]);

    /// <summary>A signed request (CIBA Core 7.1.1).</summary>
    public string Sign(string clientId, Action<JsonObject>? change = null, string? typ = null, string alg = "ES256", ECDsa? key = null)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = clientId, ["aud"] = Issuer.Text, ["exp"] = now + 300, ["nbf"] = now, ["iat"] = now,
            ["jti"] = Guid.CreateVersion7().ToString(), ["scope"] = "openid", ["login_hint"] = Seed.Alice.Email,
        };
        change?.Invoke(claims);
        return Sign(claims, typ, alg, key);
    }

    /// <summary>By which a client proves who it is (RFC 7523 section 2.2).</summary>
    public (string Name, string? Value)[] Assert(string clientId, string alg = "ES256", string? audience = null)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = clientId, ["sub"] = clientId, ["aud"] = audience ?? Issuer.Text, ["exp"] = now + 60, ["iat"] = now,
            ["jti"] = Guid.CreateVersion7().ToString(),
        };
        return
        [
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", Sign(claims, null, alg, null)),
        ];
    }

    private string Sign(JsonObject claims, string? typ, string alg, ECDsa? key)
    {
        var header = new JsonObject { ["alg"] = alg, ["kid"] = "k1" };
        if (typ is not null) header["typ"] = typ;
        var signed = Encode(header) + "." + Encode(claims);
        var signature = (key ?? Key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return signed + "." + (alg == "none" ? "" : Base64Url.EncodeToString(signature));
    }

    /// <summary>Lets the server's time pass until it is so: the delivery waits by this clock.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? step = null) => Eventually.UntilAsync(what, async () =>
    {
        if (await isSo()) return true;
        Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
        return false;
    });

    /// <summary>What a client has received, once there are so many.</summary>
    public async Task<IReadOnlyList<ReceivedCall>> ReceivedAsync(string clientId, int count, TimeSpan? step = null)
    {
        await UntilAsync($"{count} calls of {clientId}", () => Task.FromResult(Of(clientId).Count >= count), step);
        return Of(clientId);
    }

    public async Task<Browser> SignedInAsync(Person person)
    {
        var browser = Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }

    /// <summary>The newest request that waits for the person.</summary>
    public static async Task<Page> OpenRequestAsync(Browser browser)
    {
        ArgumentNullException.ThrowIfNull(browser);
        var links = (await browser.OpenAsync("/approve")).Document.QuerySelectorAll("a[href*='/approve?request=']");
        return await browser.OpenAsync(links[^1].GetAttribute("href")!);
    }

    public async Task DecideAsync(Person person, bool allow = true)
    {
        var browser = await SignedInAsync(person);
        await browser.SubmitAsync(await OpenRequestAsync(browser), "/approve/decision", ("decision", allow ? "allow" : "deny"));
    }

    /// <summary>Runs something while the registration of a client is another one.</summary>
    public async Task WhileAsync(string clientId, Action<Client> change, Func<Task> act)
    {
        ArgumentNullException.ThrowIfNull(change);
        ArgumentNullException.ThrowIfNull(act);
        var before = await WriteAsync(clientId, change);
        try
        {
            await act();
        }
        finally
        {
            await WriteAsync(clientId, row => (row.Permissions, row.ClientType, row.Properties)
                = (before.Permissions, before.ClientType, before.Properties));
        }
    }

    private async Task<Client> WriteAsync(string clientId, Action<Client> change)
    {
        var before = await Host.WithDatabaseAsync(db => db.Clients.AsNoTracking().SingleAsync(c => c.ClientId == clientId));
        await Host.WithDatabaseAsync(async db =>
        {
            change(await db.Clients.SingleAsync(c => c.ClientId == clientId));
            return await db.SaveChangesAsync();
        });
        Host.Services.GetRequiredService<ClientDirectory>().Forget(clientId);
        return before;
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        _client.Run(AnswerAsync);
        _client.Start();
        var seed = JsonNode.Parse(File.ReadAllText(Seed.File))!.AsObject();
        var clients = seed["clients"]!.AsArray();
        clients.Add(NewClient("pinged", ("backchannel_token_delivery_mode", "ping")));
        clients.Add(NewClient("pushed", ("backchannel_token_delivery_mode", "push")));
        clients.Add(NewClient("changing", ("backchannel_token_delivery_mode", "push")));
        clients.Add(NewClient(
            "sealed", ("backchannel_token_delivery_mode", "push"), ("id_token_encrypted_response_alg", "ECDH-ES"),
            ("id_token_encrypted_response_enc", "A256GCM"), ("jwks_uri", Address("keys").AbsoluteUri)));
        clients.Add(NewClient(
            "inside", ("backchannel_token_delivery_mode", "ping"),
            ("backchannel_client_notification_endpoint", "https://10.20.30.40/ciba")));
        clients.Add(NewClient("signing", ("backchannel_authentication_request_signing_alg", "ES256"), ("jwks", Keys())));
        clients.Add(NewClient("able", ("jwks", Keys())));
        clients.Add(NewClient("careful", ("require_signed_request_object", true), ("jwks", Keys())));
        clients.Add(NewClient("asserting", ("token_endpoint_auth_method", "private_key_jwt"), ("jwks", Keys())));
        clients.Add(NewClient(
            "older", ("token_endpoint_auth_method", "private_key_jwt"), ("client_assertion_audience", "token_endpoint"), ("jwks", Keys())));
        clients.Add(NewClient("fresh", ("default_max_age", 60)));
        seed["scopes"]!.AsArray().Add(new JsonObject
        {
            ["name"] = "stock:read", ["description"] = "Read the stock", ["resources"] = new JsonArray("https://stock.example.test"),
        });
        clients.Add(NewClient(
            "undecided", ("scope", "notes:read stock:read openid"), ("grant_types", new JsonArray(
                "urn:openid:params:grant-type:ciba", "urn:ietf:params:oauth:grant-type:device_code"))));
        clients.Add(NewClient(
            "discreet-till", ("subject_type", "pairwise"), ("redirect_uris", new JsonArray("https://discreet.example.test/till")),
            ("grant_types", new JsonArray("urn:openid:params:grant-type:ciba", "authorization_code"))));
        clients.OfType<JsonObject>().Single(c => (string?)c["client_id"] == "tv")["refresh_token_lifetime_seconds"] = 7200;
        File.WriteAllText(_seed, seed.ToJsonString());
        return setup with
        {
            SeedFile = _seed,
            Settings = new Dictionary<string, string>(setup.Settings)
            {
                ["OUTBOUND_ALLOWED_HOSTS"] = Address("").Authority,
                ["MTLS_BASE_URL"] = Alias,
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await base.DisposeAsync();
        await _client.DisposeAsync();
        Key.Dispose();
        File.Delete(_seed);
    }

    private Uri Address(string path) => new(new Uri(_client.Urls.Single()), path);

    private JsonObject NewClient(string id, params (string Name, JsonNode Value)[] members)
    {
        var client = new JsonObject
        {
            ["client_id"] = id,
            ["client_secret"] = Secret,
            ["client_name"] = id,
            ["grant_types"] = new JsonArray("urn:openid:params:grant-type:ciba", "refresh_token"),
            ["scope"] = id == "discreet-till" ? "openid" : "openid email offline_access",
            ["backchannel_client_notification_endpoint"] = Address(id).AbsoluteUri,
        };
        foreach (var (name, value) in members) client[name] = value;
        if (client.ContainsKey("token_endpoint_auth_method")) client.Remove("client_secret");
        return client;
    }

    private JsonObject Keys()
    {
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(Key) { KeyId = "k1" });
        return new()
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC", ["crv"] = "P-256", ["x"] = jwk.X, ["y"] = jwk.Y, ["kid"] = "k1", ["use"] = "sig", ["alg"] = "ES256",
            }),
        };
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var id = http.Request.Path.Value!.Trim('/');
        if (id == "keys")
        {
            await http.Response.WriteAsJsonAsync(new { keys = Published });
            return;
        }

        var body = await JsonNode.ParseAsync(http.Request.Body);
        _received.Enqueue(new(id, http.Request.Headers.Authorization, http.Request.ContentType, body!.AsObject()));
        http.Response.StatusCode = Answers.TryGetValue(id, out var answer) ? answer() : StatusCodes.Status204NoContent;
        if (http.Response.StatusCode == StatusCodes.Status302Found) http.Response.Headers.Location = "/elsewhere";
        if (http.Response.StatusCode == StatusCodes.Status200OK) await http.Response.WriteAsync("a body that means nothing");
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    private static WebApplication NewServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}

public sealed class CibaOnSqlite() : CibaHost(DatabaseKind.Sqlite);

public sealed class CibaOnPostgres() : CibaHost(DatabaseKind.Postgres);
