using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using AuthServer.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>
/// One rule for bearer tokens (RFC 6750) at userinfo, in the JSON API and at its logout; introspection and revocation tell about them.
/// </summary>
public abstract class BearerTests(HostFixture fixture)
{
    public static readonly TheoryData<string> Confirmations =
    [
        """{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}""",
        """{"x5t#S256":"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}""",
        """{"jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}""",
        """{"something":"new"}""",
        "{}",
        "null",
        "\"text\"",
    ];

    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [MemberData(nameof(Confirmations))]
    public async Task A_token_bound_to_a_key_or_a_certificate_is_never_a_bearer_token(string confirmation)
    {
        var login = await new ApiCaller(Issuer).LoginAsync(Seed.Alice);
        var bound = Sign(login.AccessToken, claims => claims["cnf"] = JsonNode.Parse(confirmation));
        await AssertRefusedEverywhereAsync(bound);
        // Its session still stands: the logout was refused too.
        var plain = await (new ApiCaller(Issuer) { Bearer = login.AccessToken }).SendAsync(HttpMethod.Get, "/v1/users/me", null);
        Assert.Equal(HttpStatusCode.OK, plain.Status);
    }

    [Fact]
    public async Task Introspection_names_the_key_of_a_bound_token_and_does_not_call_it_bearer()
    {
        var tokens = await Seed.Machine(Issuer).ClientCredentialsAsync("notes:read");
        var bound = Sign(tokens.AccessToken, claims => claims["cnf"] = new JsonObject { ["jkt"] = "thumbprint" });
        var answer = (await Seed.ResourceServer(Issuer).IntrospectAsync(bound)).Json;
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal("thumbprint", answer.GetProperty("cnf").GetProperty("jkt").GetString());
        Assert.Equal("DPoP", answer.GetProperty("token_type").GetString());

        var byCertificate = Sign(tokens.AccessToken, claims => claims["cnf"] = JsonNode.Parse("""{"x5t#S256":"thumbprint"}"""));
        answer = (await Seed.ResourceServer(Issuer).IntrospectAsync(byCertificate)).Json;
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal("thumbprint", answer.GetProperty("cnf").GetProperty("x5t#S256").GetString());
        Assert.False(answer.TryGetProperty("token_type", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_signature_that_is_empty_or_made_up_is_refused(string signature)
    {
        var login = await new ApiCaller(Issuer).LoginAsync(Seed.Alice);
        await AssertRefusedEverywhereAsync(login.AccessToken[..(login.AccessToken.LastIndexOf('.') + 1)] + signature);
    }

    [Fact]
    public async Task Userinfo_takes_the_token_from_one_place()
    {
        var tokens = await TokensAsync();
        foreach (var authorization in new[] { "Bearer " + tokens.AccessToken, "Basic d2ViOng=", "DPoP " + tokens.AccessToken })
        {
            var both = await UserInfoAsync(HttpMethod.Post, [authorization], [new("access_token", tokens.AccessToken)]);
            AssertInvalidRequest(both);
        }

        var twice = await UserInfoAsync(
            HttpMethod.Post, [], [new("access_token", tokens.AccessToken), new("access_token", tokens.AccessToken)]);
        AssertInvalidRequest(twice);
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(HttpMethod.Post, [], [new("access_token", tokens.AccessToken)])).Status);
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(HttpMethod.Post, ["bEARER   " + tokens.AccessToken], [])).Status);
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(HttpMethod.Get, ["BEARER " + tokens.AccessToken], [])).Status);
        foreach (
            var headers in new[] { new[] { "Bearer " + tokens.AccessToken, "Bearer " + tokens.AccessToken }, ["Bearer"],
                ["Bearer " + tokens.AccessToken + ", Basic x"] })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(HttpMethod.Get, headers, [])).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(HttpMethod.Post, headers, [])).Status);
        }
    }

    [Fact]
    public async Task An_id_token_is_neither_told_about_nor_a_way_to_end_a_session()
    {
        var (app, tokens) = (Seed.Web(Issuer), await TokensAsync());
        Assert.False((await app.IntrospectAsync(tokens.Text("id_token")!)).IsActive);
        Assert.True((await app.RevokeAsync(tokens.Text("id_token")!)).IsOk);
        Assert.Equal(HttpStatusCode.OK, (await app.UserInfoAsync(tokens.AccessToken)).Status);
    }

    private static void AssertInvalidRequest(TokenAnswer answer)
    {
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("error=\"invalid_request\"", answer.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    private async Task AssertRefusedEverywhereAsync(string token)
    {
        foreach (var scheme in new[] { "Bearer ", "bearer ", "DPoP " })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(HttpMethod.Post, [scheme + token], [])).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(HttpMethod.Get, [scheme + token], [])).Status);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await UserInfoAsync(HttpMethod.Post, [], [new("access_token", token)])).Status);
        var caller = new ApiCaller(Issuer) { Bearer = token };
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.SendAsync(HttpMethod.Get, "/v1/users/me", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.LogoutAsync()).Status);
    }

    private async Task<TokenAnswer> UserInfoAsync(HttpMethod method, string[] authorization, KeyValuePair<string, string>[] form)
    {
        using var request = new HttpRequestMessage(method, "/connect/userinfo");
        foreach (var value in authorization) Assert.True(request.Headers.TryAddWithoutValidation("Authorization", value));
        if (form.Length > 0) request.Content = new FormUrlEncodedContent(form);
        return await TokenAnswer.ReadAsync(await Issuer.Http.SendAsync(request));
    }

    private async Task<TokenAnswer> TokensAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Web(Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"));
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens;
    }

    /// <summary>A token of this server with other claims, signed by its own key.</summary>
    private string Sign(string accessToken, Action<JsonObject> change)
    {
        var claims = JsonNode.Parse(Base64UrlEncoder.DecodeBytes(accessToken.Split('.')[1]))!.AsObject();
        change(claims);
        var ring = fixture.Host.Services.GetRequiredService<KeyRing>();
        return ring.Current.Signer(RingKeys.Es256).Sign(AccessTokenReader.Type, JsonSerializer.SerializeToUtf8Bytes(claims));
    }
}

public sealed class BearerOnSqliteTests(SqliteHost fixture) : BearerTests(fixture), IClassFixture<SqliteHost>;

public sealed class BearerOnPostgresTests(PostgresHost fixture) : BearerTests(fixture), IClassFixture<PostgresHost>;
