using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Protocol.Devices;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>
/// What counts once counts once at all replicas of one database together, and what one of them has given the others know: replay caches
/// (RFC 7523 section 3, RFC 9449 section 11.1, RFC 9101 section 4), codes (RFC 6749 section 4.1.2), and nonces (RFC 9449 section 8).
/// </summary>
public sealed class OnceAtBothTests(OnceAtBothTests.Pair pair) : IClassFixture<OnceAtBothTests.Pair>
{
    private const string Redirect = "https://signer.example.test/cb";

    /// <summary>Two servers, and a client that signs.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        private readonly string _seed = Path.GetTempFileName();

        internal ClientSigner Signer { get; } = ClientSigner.Ec("k1");

        public TwoReplicas Replicas { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            var seed = JsonNode.Parse(await File.ReadAllTextAsync(Seed.File))!;
            seed["clients"]!.AsArray().Add(new JsonObject
            {
                ["client_id"] = "signer", ["token_endpoint_auth_method"] = "private_key_jwt", ["trusted"] = true,
                ["grant_types"] = new JsonArray("authorization_code", "client_credentials"), ["redirect_uris"] = new JsonArray(Redirect),
                ["scope"] = "openid notes:read", ["jwks"] = new JsonObject { ["keys"] = new JsonArray(Signer.Jwk.DeepClone()) },
            });
            await File.WriteAllTextAsync(_seed, seed.ToJsonString());
            Replicas = await TwoReplicas.StartAsync(DatabaseKind.Postgres, _seed, ("DPOP_NONCES", "true"));
        }

        public async ValueTask DisposeAsync()
        {
            if (Replicas is not null) await Replicas.DisposeAsync();
            File.Delete(_seed);
        }
    }

    private TwoReplicas Replicas => pair.Replicas;

    private Issuer First => Replicas.First.Issuer;

    private Issuer Second => Replicas.Second.Issuer;

    [Fact]
    public async Task A_nonce_of_one_replica_is_accepted_by_the_other_and_a_proof_counts_once()
    {
        using var key = new ProofKey(Replicas.Time);
        var refused = await (Seed.Machine(First) with { Key = key }).ClientCredentialsAsync("notes:read");
        Assert.Equal("use_dpop_nonce", refused.Error);
        key.Nonce = Assert.Single(refused.Headers.GetValues("DPoP-Nonce"));
        var proof = key.Prove("POST", Second.Text + "/connect/token");
        Assert.True((await ProveAsync(Second, proof)).IsOk);
        Assert.Equal("invalid_dpop_proof", (await ProveAsync(First, proof)).Error);
        Assert.Equal("invalid_dpop_proof", (await ProveAsync(Second, proof)).Error);
    }

    [Fact]
    public async Task A_proof_that_comes_to_both_at_once_counts_once()
    {
        using var key = new ProofKey(Replicas.Time);
        await OnceAsync(
            async () =>
            {
                key.Nonce = Assert.Single(
                    (await (Seed.Machine(First) with { Key = key }).ClientCredentialsAsync()).Headers.GetValues("DPoP-Nonce"));
                return key.Prove("POST", First.Text + "/connect/token");
            },
            async (replica, proof) => (await ProveAsync(replica, proof)).Error, "invalid_dpop_proof");
    }

    [Fact]
    public Task A_client_assertion_counts_once() => OnceAsync(
        () => Task.FromResult(Assertion()),
        async (replica, assertion) => (await replica.SignerApp().TokenAsync(
            [("grant_type", "client_credentials"), ("scope", "notes:read"), .. By(assertion)])).Error,
        "invalid_client");

    [Fact]
    public Task A_request_object_with_a_jti_counts_once() => OnceAsync(
        () => Task.FromResult(RequestObject(First.SignerApp().NewRequest("openid"))),
        async (replica, text) => (await replica.SignerApp().PushObjectAsync(text, By(Assertion()))).Error,
        "invalid_request_object");

    [Fact]
    public Task A_request_that_was_pushed_at_one_is_answered_once()
    {
        return OnceAsync(
            async () =>
            {
                var app = First.SignerApp();
                var pushed = await app.PushAsync(app.NewRequest("openid"), By(Assertion()));
                return pushed.Text("request_uri") ?? throw new InvalidOperationException(pushed.Body);
            },
            async (replica, name) =>
            {
                var browser = new Browser(replica);
                await browser.SignInAsync(Seed.Alice);
                var page = await browser.OpenAsync(QueryHelpers.AddQueryString(
                    "/connect/authorize", new Dictionary<string, string?> { ["client_id"] = "signer", ["request_uri"] = name }));
                return page.LeftTo is not null ? null
                    : page.Body.Contains("invalid_request_uri", StringComparison.Ordinal) ? "invalid_request_uri" : page.ToString();
            },
            "invalid_request_uri");
    }

    [Fact]
    public async Task A_device_that_was_allowed_at_one_gets_tokens_once()
    {
        await OnceAsync(
            async () =>
            {
                var asked = await Seed.Tool(First).AskForDeviceAsync();
                var browser = new Browser(Second);
                await browser.SignInAsync(Seed.Alice);
                await browser.DecideAsync(asked);
                return asked.DeviceCode();
            },
            async (replica, code) => (await Seed.Tool(replica).PollDeviceAsync(code)).Error, "invalid_grant");
    }

    /// <summary>Offers the same thing to both replicas, twice at each, at the same moment.</summary>
    /// <param name="make">What counts once.</param>
    /// <param name="offer">Offers it; null: it counted.</param>
    /// <param name="refusal">What all but one get.</param>
    private async Task OnceAsync(Func<Task<string>> make, Func<Issuer, string, Task<string?>> offer, string refusal)
    {
        var once = await make();
        var errors = await Task.WhenAll(new[] { First, Second, First, Second }.Select(replica => Task.Run(() => offer(replica, once))));
        Assert.Equal([null, refusal, refusal, refusal], errors.OrderBy(error => error, StringComparer.Ordinal));
        // And not at the other one later.
        Assert.Equal(refusal, await offer(Second, once));
        Assert.Equal(refusal, await offer(First, once));
    }

    private string Assertion() => pair.Signer.Assertion(First.Text, "signer", "ES256", now: Replicas.Time.GetUtcNow());

    private static (string Name, string? Value)[] By(string assertion) =>
    [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), ("client_assertion", assertion),
    ];

    private string RequestObject(AuthorizationRequest request)
    {
        var now = Replicas.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = "signer", ["aud"] = First.Text, ["exp"] = now + 300, ["nbf"] = now, ["jti"] = Guid.CreateVersion7().ToString(),
        };
        foreach (var (name, value) in QueryHelpers.ParseQuery(request.Address[request.Address.IndexOf('?', StringComparison.Ordinal)..]))
        {
            claims[name] = value.ToString();
        }

        return pair.Signer.Sign("ES256", "k1", claims, "oauth-authz-req+jwt");
    }

    private static async Task<TokenAnswer> ProveAsync(Issuer replica, string proof)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("scope", "notes:read")]),
        };
        var machine = Seed.Machine(replica);
        request.Headers.Authorization = new(
            "Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"{machine.ClientId}:{machine.Secret}")));
        request.Headers.Add("DPoP", proof);
        return await TokenAnswer.ReadAsync(await replica.Http.SendAsync(request));
    }
}

internal static class SigningClient
{
    public static ClientApp SignerApp(this Issuer issuer) => new(issuer, "signer", null, "https://signer.example.test/cb");
}
