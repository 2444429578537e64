using System.Text;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>
/// The keys that clients authenticate with: algorithms, what a key says of itself (RFC 7517 section 4), and <c>jwks_uri</c>.
/// </summary>
public sealed class ClientKeysTests(ClientKeysTests.Signing fixture) : IClassFixture<ClientKeysTests.Signing>
{
    public sealed class Signing : IAsyncLifetime
    {
        private readonly string _seed = Path.Combine(Path.GetTempPath(), $"seed-{Guid.CreateVersion7():N}.json");

        internal ClientSigner Ec { get; } = ClientSigner.Ec("ec");

        internal ClientSigner Rsa { get; } = ClientSigner.Rsa("rsa");

        internal ClientSigner Edwards { get; } = ClientSigner.Edwards("ed");

        internal PublishedKeys Published { get; private set; } = null!;

        internal AuthServerHost Host { get; private set; } = null!;

        internal FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

        public async ValueTask InitializeAsync()
        {
            Published = await PublishedKeys.StartAsync();
            await File.WriteAllTextAsync(_seed, new JsonObject
            {
                ["clients"] = new JsonArray(
                    Client("all", Ec.Jwk, Rsa.Jwk, Edwards.Jwk),
                    Client("for-encryption", Ec.JwkWith(("use", "enc"))),
                    Client("for-signing-alone", Ec.JwkWith(("key_ops", new JsonArray("sign")))),
                    Client("pss-key", Rsa.JwkWith(("alg", "PS256"))),
                    Client("eddsa-key", Edwards.JwkWith(("alg", "EdDSA"))),
                    With(Client("pss-client", Rsa.Jwk), "token_endpoint_auth_signing_alg", "PS256"),
                    With(Client("published"), "jwks_uri", Published.Address.AbsoluteUri),
                    With(Client("elsewhere"), "jwks_uri", Published.Address.AbsoluteUri + "?client=elsewhere"),
                    With(Client("inside"), "jwks_uri", "https://127.0.0.1/jwks")),
            }.ToJsonString());
            Host = await AuthServerHost.StartAsync(
                new HostSetup(DatabaseKind.Sqlite)
                {
                    SeedFile = _seed, Time = Time,
                    Settings = new Dictionary<string, string> { ["OUTBOUND_ALLOWED_HOSTS"] = Published.Host },
                });
        }

        public async ValueTask DisposeAsync()
        {
            if (Host is not null) await Host.DisposeAsync();
            await Published.DisposeAsync();
            File.Delete(_seed);
        }

        private static JsonObject Client(string id, params JsonObject[] keys)
        {
            var client = new JsonObject
            {
                ["client_id"] = id, ["client_name"] = id, ["token_endpoint_auth_method"] = "private_key_jwt",
                ["grant_types"] = new JsonArray("client_credentials"),
            };
            if (keys.Length > 0) client["jwks"] = new JsonObject { ["keys"] = new JsonArray([.. keys.Select(key => key.DeepClone())]) };
            return client;
        }

        private static JsonObject With(JsonObject client, string member, string value)
        {
            client[member] = value;
            return client;
        }
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    public async Task Each_algorithm_signs_a_client_in_with_the_key_that_fits_it(string algorithm)
    {
        var signer = algorithm[0] == 'R' || algorithm[0] == 'P' ? fixture.Rsa : algorithm == "ES256" ? fixture.Ec : fixture.Edwards;
        Assert.Null(await ErrorAsync(signer, "all", algorithm));
        // By no other key, whatever the header says of it.
        foreach (var other in new[] { fixture.Rsa, fixture.Ec, fixture.Edwards }.Where(other => other != signer))
        {
            Assert.Equal("invalid_client", await ErrorAsync(other, "all", algorithm));
            Assert.Equal("invalid_client", await ErrorAsync(other, "all", algorithm, (string)signer.Jwk["kid"]!));
        }
    }

    /// <summary>RFC 8725 section 2.1.</summary>
    [Fact]
    public async Task A_public_key_is_never_taken_for_a_secret()
    {
        byte[][] secrets =
        [
            Encoding.UTF8.GetBytes(fixture.Ec.Jwk.ToJsonString()), Encoding.UTF8.GetBytes((string)fixture.Rsa.Jwk["n"]!),
            Convert.FromBase64String(((string)fixture.Edwards.Jwk["x"]!).Replace('-', '+').Replace('_', '/') + "="), [],
        ];
        foreach (var signer in secrets.Select(ClientSigner.Secret))
        {
            foreach (var kid in new[] { "ec", "rsa", "ed", null })
            {
                var answer = await SendAsync(signer.Assertion(fixture.Host.Issuer.Text, "all", "HS256", kid, fixture.Time.GetUtcNow()));
                Assert.Equal("invalid_client", answer.Error);
                Assert.Contains("client_secret_jwt", answer.Text("error_description"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_key_is_used_for_nothing_but_what_it_says_of_itself()
    {
        Assert.Equal("invalid_client", await ErrorAsync(fixture.Ec, "for-encryption", "ES256"));
        Assert.Equal("invalid_client", await ErrorAsync(fixture.Ec, "for-signing-alone", "ES256"));
        Assert.Equal("invalid_client", await ErrorAsync(fixture.Rsa, "pss-key", "RS256"));
        Assert.Null(await ErrorAsync(fixture.Rsa, "pss-key", "PS256"));
        Assert.Null(await ErrorAsync(fixture.Edwards, "eddsa-key", "Ed25519"));
        Assert.Equal("invalid_client", await ErrorAsync(fixture.Rsa, "pss-client", "RS256"));
        Assert.Null(await ErrorAsync(fixture.Rsa, "pss-client", "PS256"));
    }

    [Fact]
    public async Task Published_keys_are_fetched_once_and_again_when_a_name_is_not_known()
    {
        var (keys, first, second) = (fixture.Published, ClientSigner.Ec("first"), ClientSigner.Ec("second"));
        keys.Keys = [first.Jwk];
        // Another test may have had the same address asked a moment ago.
        fixture.Time.Advance(FetchLimits.Usual.Pause);
        var before = keys.Requests;
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ErrorAsync(first, "published", "ES256"))), Assert.Null);
        Assert.Equal(before + 1, keys.Requests);

        // A key that is not there causes one fetch in a while, however many ask.
        keys.Keys = [first.Jwk, second.Jwk];
        Assert.Equal("invalid_client", await ErrorAsync(second, "published", "ES256"));
        Assert.Equal(before + 1, keys.Requests);
        fixture.Time.Advance(FetchLimits.Usual.Pause);
        Assert.Null(await ErrorAsync(second, "published", "ES256"));
        Assert.Equal(before + 2, keys.Requests);
        using var stranger = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        foreach (var kid in new[] { "first", "third", "fourth", null })
        {
            Assert.Equal("invalid_client", await ErrorAsync(ClientSigner.Ec(kid, stranger), "published", "ES256"));
        }

        Assert.Equal(before + 2, keys.Requests);
        // A wrong signature by a key that is known asks nobody.
        fixture.Time.Advance(FetchLimits.Usual.Pause);
        Assert.Equal("invalid_client", await ErrorAsync(ClientSigner.Ec("first", stranger), "published", "ES256"));
        Assert.Equal(before + 2, keys.Requests);
    }

    [Fact]
    public async Task A_client_whose_keys_cannot_be_fetched_is_refused_and_its_assertion_stays_unused()
    {
        var signer = ClientSigner.Ec("k");
        (fixture.Published.Keys, fixture.Published.Status) = ([signer.Jwk], 500);
        var assertion = signer.Assertion(fixture.Host.Issuer.Text, "elsewhere", "ES256", now: fixture.Time.GetUtcNow());
        Assert.Equal("invalid_client", (await SendAsync(assertion)).Error);
        fixture.Published.Status = null;
        fixture.Time.Advance(FetchLimits.Usual.Failure);
        Assert.Null((await SendAsync(assertion)).Error);
    }

    [Fact]
    public async Task A_published_private_or_symmetric_key_does_not_count()
    {
        var signer = ClientSigner.Ec("leaked");
        fixture.Published.Keys = [signer.JwkWith(("d", "AAAA")), new() { ["kty"] = "oct", ["k"] = "AAAA", ["kid"] = "leaked" }];
        fixture.Time.Advance(FetchLimits.Usual.Longest + FetchLimits.Usual.Stale);
        Assert.Equal("invalid_client", await ErrorAsync(signer, "published", "ES256"));
    }

    /// <summary>The reason is in the log: whoever registers a client would learn from it what stands inside.</summary>
    [Fact]
    public async Task Keys_at_an_address_inside_are_not_fetched_and_the_answer_does_not_say_why()
    {
        var signer = ClientSigner.Ec("k");
        var answer = await SendAsync(signer.Assertion(fixture.Host.Issuer.Text, "inside", "ES256", now: fixture.Time.GetUtcNow()));
        Assert.Equal("invalid_client", answer.Error);
        Assert.Equal(
            "The signature of the client assertion is not by a registered key of the client.", answer.Text("error_description"));
    }

    private async Task<string?> ErrorAsync(ClientSigner signer, string clientId, string algorithm, string? kid = null) =>
        (await SendAsync(signer.Assertion(fixture.Host.Issuer.Text, clientId, algorithm, kid, fixture.Time.GetUtcNow()))).Error;

    private Task<TokenAnswer> SendAsync(string assertion) => new ClientApp(fixture.Host.Issuer, "", null, "").TokenAsync(
        [
            ("grant_type", "client_credentials"), ("client_assertion", assertion),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ]);
}
