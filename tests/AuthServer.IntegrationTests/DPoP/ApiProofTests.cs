using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.DPoP;

/// <summary>RFC 9449 at the JSON API: the login, its refresh and its logout, and every route behind a token.</summary>
public abstract class ApiProofTests(HostFixture fixture)
{
    private const string Me = "/v1/users/me";

    private Issuer Issuer => fixture.Host.Issuer;

    private ApiCaller Api => new(Issuer);

    [Fact]
    public async Task A_login_with_a_proof_gives_tokens_that_need_the_key_everywhere()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var login = await LoginAsync(key);
        Assert.Equal("DPoP", login.Text("token_type"));

        Assert.Equal(HttpStatusCode.OK, (await CallAsync(HttpMethod.Get, Me, login.AccessToken, key)).Status);
        Refused(await CallAsync(HttpMethod.Get, Me, login.AccessToken, other), "invalid_token");
        var asBearer = await (Api with { Bearer = login.AccessToken }).SendAsync(HttpMethod.Get, Me, null);
        Assert.Equal(HttpStatusCode.Unauthorized, asBearer.Status);

        var body = $$"""{"refresh_token":"{{login.RefreshToken}}"}""";
        Assert.Equal(HttpStatusCode.Unauthorized, (await Api.RefreshAsync(login.RefreshToken)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("/v1/auth/refresh", body, other)).Status);
        var refreshed = await PostAsync("/v1/auth/refresh", body, key);
        Assert.Equal(HttpStatusCode.OK, refreshed.Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(HttpMethod.Get, Me, refreshed.AccessToken, key)).Status);

        Assert.Equal(HttpStatusCode.Unauthorized, (await (Api with { Bearer = refreshed.AccessToken }).LogoutAsync()).Status);
        Refused(await CallAsync(HttpMethod.Post, "/v1/auth/logout", refreshed.AccessToken, other), "invalid_token");
        var ended = await CallAsync(HttpMethod.Post, "/v1/auth/logout", refreshed.AccessToken, key);
        Assert.Equal(HttpStatusCode.NoContent, ended.Status);
        Refused(await CallAsync(HttpMethod.Get, Me, refreshed.AccessToken, key), "invalid_token");
    }

    [Fact]
    public async Task A_bearer_token_is_refused_under_the_scheme_DPoP()
    {
        var login = await Api.LoginAsync(Seed.Alice);
        using var key = new ProofKey(fixture.Time);
        Refused(await CallAsync(HttpMethod.Get, Me, login.AccessToken, key), "invalid_token");
        Refused(await CallAsync(HttpMethod.Post, "/v1/auth/logout", login.AccessToken, key), "invalid_token");
        Assert.Equal(HttpStatusCode.OK, (await (Api with { Bearer = login.AccessToken }).SendAsync(HttpMethod.Get, Me, null)).Status);
    }

    [Fact]
    public async Task A_call_needs_a_proof_of_its_own()
    {
        using var key = new ProofKey(fixture.Time);
        var login = await LoginAsync(key);
        var proof = key.Prove("GET", Issuer.Text + Me, login.AccessToken);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(HttpMethod.Get, Me, login.AccessToken, proof)).Status);
        Refused(await CallAsync(HttpMethod.Get, Me, login.AccessToken, proof), "invalid_dpop_proof");
        string[] wrong =
        [
            key.Prove("GET", Issuer.Text + "/v1/users", login.AccessToken), key.Prove("DELETE", Issuer.Text + Me, login.AccessToken),
            key.Prove("GET", Issuer.Text + Me),
        ];
        foreach (var text in wrong) Refused(await CallAsync(HttpMethod.Get, Me, login.AccessToken, text), "invalid_dpop_proof");
        Refused(await CallAsync(HttpMethod.Get, Me, login.AccessToken, proof: null), "invalid_dpop_proof");
    }

    /// <summary>RFC 9449 section 7.1: an app that knows DPoP reads the challenge of that scheme.</summary>
    [Fact]
    public async Task What_a_good_token_lacks_is_told_in_the_scheme_that_it_came_by()
    {
        const string Account = "/v1/account/export";
        using var key = new ProofKey(fixture.Time);
        var narrow = await CallAsync(HttpMethod.Get, Account, (await LoginAsync(key, "account:write")).AccessToken, key);
        Assert.Equal(HttpStatusCode.Forbidden, narrow.Status);
        Expect(narrow, "error=\"insufficient_scope\", scope=\"account:read\"");
        var login = await LoginAsync(key);
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        var old = await CallAsync(HttpMethod.Get, Account, login.AccessToken, key);
        old.Expect(HttpStatusCode.Unauthorized, "step-up-required");
        Expect(old, "error=\"insufficient_user_authentication\"");
        Assert.Contains("max_age=\"300\"", old.Header("WWW-Authenticate"), StringComparison.Ordinal);

        static void Expect(ApiAnswer answer, string rest) => Assert.StartsWith(
            "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256 RS256\", " + rest, answer.Header("WWW-Authenticate"), StringComparison.Ordinal);
    }

    private async Task<ApiAnswer> LoginAsync(ProofKey key, string? scope = null)
    {
        var asked = scope is null ? "" : $",\"scope\":\"{scope}\"";
        var login = await PostAsync(
            "/v1/auth/login", $$"""{"email":"{{Seed.Alice.Email}}","password":"{{Seed.Alice.Password}}"{{asked}}}""", key);
        Assert.Equal(HttpStatusCode.OK, login.Status);
        return login;
    }

    private async Task<ApiAnswer> PostAsync(string path, string json, ProofKey key)
    {
        using var content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        return await Api.SendAsync(HttpMethod.Post, path, content, ("DPoP", key.Prove("POST", Issuer.Text + path)));
    }

    private Task<ApiAnswer> CallAsync(HttpMethod method, string path, string accessToken, ProofKey key) =>
        CallAsync(method, path, accessToken, key.Prove(method.Method, Issuer.Text + path, accessToken));

    private Task<ApiAnswer> CallAsync(HttpMethod method, string path, string accessToken, string? proof)
    {
        (string, string)[] headers = [("Authorization", "DPoP " + accessToken)];
        return Api.SendAsync(method, path, null, proof is null ? headers : [.. headers, ("DPoP", proof)]);
    }

    private static void Refused(ApiAnswer answer, string error)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal($"DPoP error=\"{error}\", algs=\"ES256 ES384 EdDSA Ed25519 PS256 RS256\"", answer.Header("WWW-Authenticate"));
    }
}

public sealed class ApiProofOnSqliteTests(SqliteHost fixture) : ApiProofTests(fixture), IClassFixture<SqliteHost>;

public sealed class ApiProofOnPostgresTests(PostgresHost fixture) : ApiProofTests(fixture), IClassFixture<PostgresHost>;
