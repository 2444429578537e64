using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using ResourceApi;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>RFC 9449 section 11.1 with several instances of an API: a proof counts once at all of them together, or not at all.</summary>
public sealed class SharedProofTests
{
    private const string Path = "/v1/notes", Address = ApiHost.Resource + Path;

    // Nothing listens there.
    private const string Nowhere = "redis://127.0.0.1:1/0";

    [Fact]
    public async Task Of_eight_requests_with_one_proof_at_two_instances_one_is_answered()
    {
        var redis = (await SharedServers.RedisAsync()).Url;
        var issuer = new TokenIssuer();
        await using var first = new ApiHost(("REDIS_URL", redis)) { Issuer = issuer };
        await using var second = new ApiHost(("REDIS_URL", redis)) { Issuer = issuer };
        using var key = new ProofKey(TimeProvider.System);
        var token = Bound(issuer, key);
        var proof = key.Prove("GET", Address, token);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(i % 2 == 0 ? first : second, token, proof)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
        Assert.All(
            answers.Where(a => a.Status != HttpStatusCode.OK), a => Assert.Contains("used before", a.Challenge, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(second, token, key.Prove("GET", Address, token))).Status);
        // What is remembered ends by itself.
        var names = await (await SharedServers.RedisAsync()).ExecuteAsync("KEYS", "resource-api:proof:*");
        var life = await (await SharedServers.RedisAsync()).ExecuteAsync("TTL", ((string[])names!)[0]);
        Assert.InRange((int)life, 1, 180);
    }

    [Fact]
    public async Task Without_the_store_no_proof_is_taken_and_no_token_is_called_bad()
    {
        await using var api = new ApiHost(("REDIS_URL", Nowhere));
        using var key = new ProofKey(TimeProvider.System);
        var token = Bound(api.Issuer, key);
        var refused = await SendAsync(api, token, key.Prove("GET", Address, token));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), (refused.Status, refused.Challenge));
        Assert.Equal(TimeSpan.FromSeconds(5), refused.RetryAfter);
        // A wrong proof is wrong all the same, and a bearer token needs no store.
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(api, token, key.Prove("POST", Address, token))).Status);
        using var answer = await api.GetAsync(Path, api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_lost_is_away_too_and_counts_again_when_it_is_back()
    {
        using var redis = await RedisServer.StartAsync();
        await using var api = new ApiHost(("REDIS_URL", redis.Url));
        using var key = new ProofKey(TimeProvider.System);
        var token = Bound(api.Issuer, key);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(api, token, key.Prove("GET", Address, token))).Status);
        redis.Stop();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(
                HttpStatusCode.ServiceUnavailable, (await SendAsync(api, token, key.Prove("GET", Address, token))).Status);
        }

        await redis.StartAgainAsync();
        await Eventually.UntilAsync(
            "the API is answered by the store again",
            async () => (await SendAsync(api, token, key.Prove("GET", Address, token))).Status == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("REDIS_URL", "host:6379,password=planted-secret")]
    [InlineData("REDIS_URL", "redis://:planted-secret@host/x")]
    [InlineData("REDIS_URL", "redis://:planted-secret@host/0?ssl=false")]
    [InlineData("REDIS_URL", "redis:///planted-secret")]
    [InlineData("DPOP_NONCE_KEY", "planted-secret")]
    [InlineData("DPOP_NONCE_KEY", "cGxhbnRlZC1zZWNyZXQ=")]
    public async Task A_setting_that_cannot_be_right_stops_the_start_and_is_not_shown(string name, string value)
    {
        await using var api = new ApiHost((name, value));
        var error = Assert.Throws<InvalidOperationException>(() => api.Services);
        Assert.StartsWith(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instances_that_share_a_store_and_ask_for_nonces_share_the_key_of_nonces_too()
    {
        await using var api = new ApiHost(("REDIS_URL", Nowhere), ("DPOP_NONCES", "true"));
        var error = Assert.Throws<InvalidOperationException>(() => api.Services);
        Assert.StartsWith("DPOP_NONCE_KEY", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://host", "own", "host:6379", null, "own", 0, false)]
    [InlineData("redis://:p%40ss@host:1/2", "own", "host:1", null, "p@ss", 2, false)]
    [InlineData("rediss://api:pass@host:6380/3/", null, "host:6380", "api", "pass", 3, true)]
    public void An_address_of_Redis_is_read_as_the_server_reads_it(
        string text, string? password, string point, string? user, string? read, int database, bool tls)
    {
        var options = SharedProofs.Read(text, password)!;
        Assert.Equal(point, options.EndPoints.Single().ToString()!.Replace("Unspecified/", "", StringComparison.Ordinal));
        Assert.Equal((user, read, database, tls), (options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    private static string Bound(TokenIssuer issuer, ProofKey key) =>
        issuer.Issue(c => c["cnf"] = JsonElement.Parse($$"""{"jkt":"{{key.Thumbprint}}"}"""));

    private static async Task<(HttpStatusCode Status, string Challenge, TimeSpan? RetryAfter)> SendAsync(
        ApiHost api, string token, string proof)
    {
        using var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        request.Headers.Add("DPoP", proof);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), answer.Headers.RetryAfter?.Delta);
    }
}
