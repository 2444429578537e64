using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>
/// What the resource API takes for an access token (RFC 9068 section 4) and how it refuses the rest (RFC 6750 section 3).
/// </summary>
public sealed class AccessTokenTests : IAsyncLifetime
{
    private readonly ApiHost _api = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_token_of_the_issuer_for_this_api_is_accepted()
    {
        using var answer = await _api.GetAsync("/v1/notes", _api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task One_audience_of_several_is_enough()
    {
        using var answer = await _api.GetAsync(
            "/v1/notes", _api.Issuer.Issue(c => c["aud"] = new[] { "https://other.example.test", ApiHost.Resource }));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_request_without_a_token_is_told_where_to_get_one()
    {
        using var answer = await _api.GetAsync("/v1/notes");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        // RFC 6750 section 3.1: no error code; RFC 9728 section 5.1: the metadata.
        // RFC 9449 section 7.1: the other scheme that it could use.
        Assert.Equal(
            [
                "Bearer resource_metadata=\"https://api.example.test/.well-known/oauth-protected-resource\"",
                "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256 RS256\"",
            ],
            answer.Headers.WwwAuthenticate.Select(challenge => challenge.ToString()));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public Task A_token_of_another_issuer_is_refused() =>
        AssertRefusedAsync(_api.Issuer.Issue(c => c["iss"] = "https://elsewhere.example.test"));

    [Fact]
    public Task A_token_for_another_api_is_refused() => AssertRefusedAsync(_api.Issuer.Issue(c => c["aud"] = "https://other.example.test"));

    [Fact]
    public Task A_token_without_an_audience_is_refused() => AssertRefusedAsync(_api.Issuer.Issue(c => c.Remove("aud")));

    [Fact]
    public Task An_expired_token_is_refused() => AssertRefusedAsync(_api.Issuer.Issue(c =>
    {
        c["nbf"] = c["iat"] = (long)c["exp"] - 2000;
        c["exp"] = (long)c["exp"] - 900 - 31;
    }));

    [Fact]
    public Task A_token_that_never_expires_is_refused() => AssertRefusedAsync(_api.Issuer.Issue(c => c.Remove("exp")));

    [Fact]
    public Task A_token_from_the_future_is_refused() => AssertRefusedAsync(_api.Issuer.Issue(c => c["nbf"] = (long)c["nbf"] + 60));

    [Theory]
    [InlineData("JWT")]
    [InlineData("logout+jwt")]
    public Task An_id_token_or_another_kind_of_token_is_refused(string type) => AssertRefusedAsync(_api.Issuer.Issue(type: type));

    [Fact]
    public Task A_token_signed_with_a_key_of_somebody_else_is_refused()
    {
        var key = TokenIssuer.NewKey();
        key.KeyId = _api.Issuer.Key.KeyId;
        return AssertRefusedAsync(_api.Issuer.Issue(key: key));
    }

    [Fact]
    public Task A_token_without_a_signature_is_refused() =>
        AssertRefusedAsync($"{WithHeader(_api.Issuer.Issue(), """{"alg":"none","typ":"at+jwt"}""")}.");

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    public Task Naming_the_algorithm_none_does_not_make_a_signature_count(string algorithm)
    {
        var token = _api.Issuer.Issue();
        return AssertRefusedAsync($"{WithHeader(token, $$"""{"alg":"{{algorithm}}","typ":"at+jwt"}""")}.{token.Split('.')[2]}");
    }

    [Fact]
    public Task The_public_key_is_no_hmac_secret()
    {
        var publicKey = _api.Issuer.Key.ECDsa.ExportSubjectPublicKeyInfo();
        var signed = WithHeader(_api.Issuer.Issue(), $$"""{"alg":"HS256","typ":"at+jwt","kid":"{{_api.Issuer.Key.KeyId}}"}""");
        return AssertRefusedAsync($"{signed}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(publicKey, Encoding.ASCII.GetBytes(signed)))}");
    }

    [Theory]
    [InlineData("not-a-token")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.e30.AAAA")]
    public Task Text_that_is_no_token_is_refused(string token) => AssertRefusedAsync(token);

    [Fact]
    public async Task A_missing_scope_is_named()
    {
        using var answer = await _api.SendAsync(
            HttpMethod.Post, "/v1/notes", _api.Issuer.Issue(c => c["scope"] = "openid notes:read notes:writer"), new { text = "Milk" });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var challenge = answer.Headers.WwwAuthenticate.ToString();
        Assert.Contains("error=\"insufficient_scope\"", challenge, StringComparison.Ordinal);
        Assert.Contains(
            "error_description=\"The access token does not carry the scope notes:write.\"", challenge, StringComparison.Ordinal);
        Assert.Contains("scope=\"notes:write\"", challenge, StringComparison.Ordinal);
        Assert.Contains(
            "resource_metadata=\"https://api.example.test/.well-known/oauth-protected-resource\"", challenge, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_without_scopes_or_subject_may_nothing()
    {
        using var noScope = await _api.GetAsync("/v1/notes", _api.Issuer.Issue(c => c.Remove("scope")));
        Assert.Equal(HttpStatusCode.Forbidden, noScope.StatusCode);
        using var noSubject = await _api.GetAsync("/v1/notes", _api.Issuer.Issue(c => c.Remove("sub")));
        Assert.Equal(HttpStatusCode.Forbidden, noSubject.StatusCode);
    }

    [Fact]
    public async Task The_first_token_of_a_new_signing_key_is_accepted()
    {
        using (var before = await _api.GetAsync("/v1/notes", _api.Issuer.Issue())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        _api.Issuer.RotateKey();
        using var after = await _api.GetAsync("/v1/notes", _api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("""{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}""")]
    [InlineData("""{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}""")]
    [InlineData("{}")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    public Task A_token_bound_to_a_key_or_a_certificate_is_no_bearer_token(string confirmation) =>
        AssertRefusedAsync(_api.Issuer.Issue(c => c["cnf"] = JsonElement.Parse(confirmation)));

    [Fact]
    public async Task A_token_of_a_key_that_is_gone_is_refused_within_a_minute()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = new ApiHost { Time = time };
        var token = api.Issuer.Issue();
        using (var before = await api.GetAsync("/v1/notes", token)) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        api.Issuer.RotateKey();
        time.Advance(TimeSpan.FromSeconds(40));
        using (var after = await api.GetAsync("/v1/notes", token)) Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        // Not even right after a token of the new key, which has the keys read again as well.
        using (var other = await api.GetAsync("/v1/notes", api.Issuer.Issue())) Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var still = await api.GetAsync("/v1/notes", token);
        Assert.Equal(HttpStatusCode.Unauthorized, still.StatusCode);
    }

    [Fact]
    public async Task While_the_issuer_is_away_the_keys_that_were_read_stay_in_use()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var api = new ApiHost { Time = time };
        using (var before = await api.GetAsync("/v1/notes", api.Issuer.Issue())) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        api.Issuer.Answers = false;
        time.Advance(TimeSpan.FromSeconds(40));
        using var after = await api.GetAsync("/v1/notes", api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Fact]
    public async Task While_the_issuer_does_not_answer_a_token_is_neither_good_nor_bad()
    {
        _api.Issuer.Answers = false;
        using (var before = await _api.GetAsync("/v1/notes", _api.Issuer.Issue()))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
            Assert.NotNull(before.Headers.RetryAfter);
        }

        _api.Issuer.Answers = true;
        using var after = await _api.GetAsync("/v1/notes", _api.Issuer.Issue());
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    [Theory]
    [InlineData("", "/.well-known/oauth-protected-resource")]
    [InlineData("/notes", "/.well-known/oauth-protected-resource/notes")]
    public async Task Metadata_names_the_resource_its_issuer_and_its_scopes(string path, string metadata)
    {
        // RFC 9728 section 3.1: a path of the resource follows the well-known part.
        await using var api = new ApiHost(("RESOURCE_URL", ApiHost.Resource + path));
        using var answer = await api.GetAsync(metadata);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(ApiHost.Resource + path, json.GetProperty("resource").GetString());
        Assert.Equal([TokenIssuer.Address], json.GetProperty("authorization_servers").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(
            ["notes:read", "notes:write", "payments:write"], json.GetProperty("scopes_supported").EnumerateArray()
                .Select(s => s.GetString()));
        Assert.Equal(["header"], json.GetProperty("bearer_methods_supported").EnumerateArray().Select(s => s.GetString()));
        using var refused = await api.GetAsync("/v1/notes");
        Assert.Contains(ApiHost.Resource + metadata, refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private static string WithHeader(string token, string header) => $"{Base64UrlEncoder.Encode(header)}.{token.Split('.')[1]}";

    private async Task AssertRefusedAsync(string token)
    {
        using var answer = await _api.GetAsync("/v1/notes", token);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }
}
