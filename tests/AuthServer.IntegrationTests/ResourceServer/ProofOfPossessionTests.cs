using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>RFC 9449 section 7: the resource API takes a bound token with a proof of its key, and in no other way.</summary>
public sealed class ProofOfPossessionTests : IAsyncLifetime
{
    private const string Path = "/v1/notes", Address = ApiHost.Resource + Path;

    public static readonly TheoryData<string> Wrong =
        ["typ", "alg", "no jwk", "private", "other jwk", "crit", "no jti", "long jti", "htm", "htu", "htu case", "no iat", "old", "ahead",
            "no ath", "other ath"];

    private readonly ApiHost _api = new();
    private readonly ProofKey _key = new(TimeProvider.System);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        return _api.DisposeAsync();
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task A_bound_token_with_a_proof_of_its_key_is_accepted(string algorithm)
    {
        using var key = new ProofKey(TimeProvider.System, algorithm);
        var token = Issue(key);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DPoP", token, key.Prove("GET", Address, token))).Status);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("dpop", token, key.Prove("GET", Address + "?x#y", token))).Status);
    }

    [Fact]
    public async Task A_proof_counts_once()
    {
        var token = Issue(_key);
        var proof = _key.Prove("GET", Address, token);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync("DPoP", token, proof)));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_bound_token_is_no_bearer_token_and_an_unbound_one_needs_no_proof()
    {
        var (bound, bearer) = (Issue(_key), _api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("Bearer", bound)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("Bearer", bound, _key.Prove("GET", Address, bound))).Status);
        AssertRefused(await SendAsync("DPoP", bearer, _key.Prove("GET", Address, bearer)));
        AssertRefused(await SendAsync("DPoP", bearer));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("Bearer", bearer)).Status);
    }

    [Fact]
    public async Task Another_key_no_proof_and_two_proofs_are_refused()
    {
        using var other = new ProofKey(TimeProvider.System);
        var token = Issue(_key);
        AssertRefused(await SendAsync("DPoP", token, other.Prove("GET", Address, token)));
        AssertRefused(await SendAsync("DPoP", token));
        AssertRefused(await SendAsync("DPoP", token, _key.Prove("GET", Address, token), _key.Prove("GET", Address, token)));
        AssertRefused(await SendAsync("DPoP", token, "e30.e30.x"));
        AssertRefused(await SendAsync("DPoP", token, "x"));
        // Something in cnf that this API does not know is not proved.
        var more = _api.Issuer.Issue(c => c["cnf"] = JsonElement.Parse($$"""{"jkt":"{{_key.Thumbprint}}","more":"x"}"""));
        AssertRefused(await SendAsync("DPoP", more, _key.Prove("GET", Address, more)));
    }

    [Fact]
    public async Task A_certificate_beside_the_numbers_of_a_key_does_not_stand_for_them()
    {
        using var owner = new ProofKey(TimeProvider.System, "RS256");
        using var thief = new ProofKey(TimeProvider.System, "RS256");
        var token = Issue(owner);
        var forged = thief.Prove("GET", Address, token, header =>
        {
            var key = owner.PublicKey;
            key["x5c"] = new JsonArray(thief.Certificate);
            header["jwk"] = key;
        });
        AssertRefused(await SendAsync("DPoP", token, forged));
        // Nor does it stand in the way of the owner's own proofs.
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("DPoP", token, owner.Prove("GET", Address, token))).Status);
    }

    [Theory]
    [InlineData("other", "x")]
    [InlineData("typ", "JWT")]
    [InlineData("crv", "Ed448")]
    [InlineData("kty", "EC")]
    [InlineData("d", "AA")]
    [InlineData("x", "AA")]
    [InlineData("alg", "ES256")]
    public async Task A_proof_of_ed25519_that_is_wrong_in_one_thing_is_refused(string what, string value)
    {
        using var key = new ProofKey(TimeProvider.System, "EdDSA");
        using var other = new ProofKey(TimeProvider.System, "EdDSA");
        var token = Issue(key);
        var proof = key.Prove("GET", Address, token, header =>
        {
            if (what == "other") header["jwk"] = other.PublicKey;
            else if (what is "typ" or "alg") header[what] = value;
            else header["jwk"]![what] = value;
        });
        AssertRefused(await SendAsync("DPoP", token, proof));
        AssertRefused(await SendAsync("DPoP", token, other.Prove("GET", Address, token)));
        AssertRefused(await SendAsync("DPoP", token, key.Prove("GET", Address, token)[..^4] + "AAAA"));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_proof_that_is_wrong_in_one_thing_is_refused(string what)
    {
        using var other = new ProofKey(TimeProvider.System);
        var token = Issue(_key);
        var proof = _key.Prove("GET", Address, token, header => Header(header, what, other), claims => Claim(claims, what));
        AssertRefused(await SendAsync("DPoP", token, proof));
    }

    private static void Header(JsonObject header, string what, ProofKey other)
    {
        switch (what)
        {
            case "typ": header["typ"] = "JWT"; break;
            case "alg": header["alg"] = "none"; break;
            case "no jwk": header.Remove("jwk"); break;
            case "private": header["jwk"]!["d"] = header["jwk"]!["x"]!.DeepClone(); break;
            case "other jwk": header["jwk"] = other.PublicKey; break;
            case "crit": header["crit"] = new JsonArray("x"); break;
        }
    }

    private static void Claim(JsonObject claims, string what)
    {
        var now = claims["iat"]!.GetValue<long>();
        switch (what)
        {
            case "no jti" or "no iat" or "no ath": claims.Remove(what[3..]); break;
            case "long jti": claims["jti"] = new string('x', 257); break;
            case "htm": claims["htm"] = "POST"; break;
            case "htu": claims["htu"] = "https://elsewhere.example.test" + Path; break;
            case "htu case": claims["htu"] = ApiHost.Resource + "/v1/Notes"; break;
            case "old": claims["iat"] = now - 120; break;
            case "ahead": claims["iat"] = now + 60; break;
            case "other ath": claims["ath"] = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"; break;
        }
    }

    private static void AssertRefused((HttpStatusCode Status, string Challenge) answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith(
            "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256 RS256\", error=\"invalid_dpop_proof\"", answer.Challenge,
            StringComparison.Ordinal);
    }

    private string Issue(ProofKey key) => _api.Issuer.Issue(c => c["cnf"] = JsonElement.Parse($$"""{"jkt":"{{key.Thumbprint}}"}"""));

    private async Task<(HttpStatusCode Status, string Challenge)> SendAsync(string scheme, string token, params string[] proofs)
    {
        using var client = _api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        foreach (var proof in proofs) Assert.True(request.Headers.TryAddWithoutValidation("DPoP", proof));
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString());
    }
}
