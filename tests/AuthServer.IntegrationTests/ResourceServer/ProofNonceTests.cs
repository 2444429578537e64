using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>RFC 9449 section 9: with DPOP_NONCES the resource API takes a proof only with a nonce that it has given lately.</summary>
public sealed class ProofNonceTests : IAsyncLifetime
{
    private const string Path = "/v1/notes", Address = ApiHost.Resource + Path;

    private const string SharedKey = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private ApiHost _api = null!;
    private ProofKey _key = null!;

    public ValueTask InitializeAsync()
    {
        _api = new(("DPOP_NONCES", "true"), ("DPOP_NONCE_KEY", SharedKey)) { Time = _time };
        _key = new(_time);
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _api.DisposeAsync();
    }

    [Fact]
    public async Task A_proof_without_a_nonce_is_answered_with_one_and_the_next_proof_passes()
    {
        var token = Issue();
        var (status, challenge, nonce) = await SendAsync(token);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("error=\"use_dpop_nonce\"", challenge, StringComparison.Ordinal);
        _key.Nonce = nonce;
        (status, _, var next) = await SendAsync(token);
        Assert.Equal((HttpStatusCode.OK, nonce), (status, next));
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(token)).Status);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(token)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ééééééééééééééééééééééééééééééé=")]
    public async Task A_nonce_of_nobody_is_refused(string nonce)
    {
        _key.Nonce = nonce;
        var (status, challenge, _) = await SendAsync(Issue());
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("use_dpop_nonce", challenge, StringComparison.Ordinal);
    }

    /// <summary>DPOP_NONCE_KEY: where several instances answer under one name, a client must not be sent back and forth.</summary>
    [Theory]
    [InlineData(SharedKey, HttpStatusCode.OK)]
    [InlineData("c29tZXRoaW5nIGVsc2UsIG9mIDMyIGJ5dGVzIG9yIG1vcmU=", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task A_nonce_of_another_instance_is_accepted_with_the_same_key_alone(string keyOfOther, HttpStatusCode status)
    {
        await using var other = new ApiHost(("DPOP_NONCES", "true"), ("DPOP_NONCE_KEY", keyOfOther)) { Time = _time };
        var token = other.Issuer.Issue(c => c["cnf"] = Bound());
        using var client = other.CreateClient();
        _key.Nonce = (await SendAsync(Issue())).Nonce;
        using var request = Request(token, _key.Prove("GET", Address, token));
        using var answer = await client.SendAsync(request);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task A_nonce_does_not_make_up_for_a_wrong_proof()
    {
        _key.Nonce = (await SendAsync(Issue())).Nonce;
        var mine = Issue();
        var (status, challenge, _) = await SendAsync(mine, _key.Prove("POST", Address, mine));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("invalid_dpop_proof", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bearer_token_needs_none_and_is_given_none()
    {
        using var answer = await _api.GetAsync(Path, _api.Issuer.Issue());
        Assert.Equal((HttpStatusCode.OK, false), (answer.StatusCode, answer.Headers.Contains("DPoP-Nonce")));
    }

    private JsonElement Bound() => JsonElement.Parse($$"""{"jkt":"{{_key.Thumbprint}}"}""");

    private string Issue() => _api.Issuer.Issue(c => c["cnf"] = Bound());

    private async Task<(HttpStatusCode Status, string Challenge, string? Nonce)> SendAsync(string token, string? proof = null)
    {
        using var client = _api.CreateClient();
        using var request = Request(token, proof ?? _key.Prove("GET", Address, token));
        using var answer = await client.SendAsync(request);
        var nonce = answer.Headers.TryGetValues("DPoP-Nonce", out var values) ? values.Single() : null;
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString(), nonce);
    }

    private static HttpRequestMessage Request(string token, string proof)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        request.Headers.Add("DPoP", proof);
        return request;
    }
}
