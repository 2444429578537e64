using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Ciba;

/// <summary>OpenID Connect CIBA Core 1.0 section 7.1.1: requests that the client has signed.</summary>
public abstract class SignedCibaTests(CibaHost fixture)
{
    private static readonly Dictionary<string, Action<JsonObject, long>> Changes = new()
    {
        ["no aud"] = (claims, _) => claims.Remove("aud"),
        ["another aud"] = (claims, _) => claims["aud"] = "https://other.example.test",
        ["no iss"] = (claims, _) => claims.Remove("iss"),
        ["another iss"] = (claims, _) => claims["iss"] = "able",
        ["no exp"] = (claims, _) => claims.Remove("exp"),
        ["past exp"] = (claims, now) => claims["exp"] = now - 60,
        ["exp in 70 minutes"] = (claims, now) => claims["exp"] = now + 4200,
        ["no iat"] = (claims, _) => claims.Remove("iat"),
        ["no nbf"] = (claims, _) => claims.Remove("nbf"),
        ["nbf in 10 minutes"] = (claims, now) => claims["nbf"] = now + 600,
        ["nbf 70 minutes ago"] = (claims, now) => claims["nbf"] = now - 4200,
        ["two hours between"] = (claims, now) => (claims["exp"], claims["nbf"]) = (now + 3000, now - 3000),
        ["no jti"] = (claims, _) => claims.Remove("jti"),
        ["another client_id"] = (claims, _) => claims["client_id"] = "able",
        ["a client assertion"] = (claims, _) => claims["sub"] = "signing",
        ["two hints"] = (claims, _) => claims["id_token_hint"] = "x.y.z",
        ["no hint"] = (claims, _) => claims.Remove("login_hint"),
        ["login_hint_token"] = (claims, _) => claims["login_hint_token"] = "x",
        ["user_code"] = (claims, _) => claims["user_code"] = "1234",
        ["zero requested_expiry"] = (claims, _) => claims["requested_expiry"] = 0,
        ["a request inside"] = (claims, _) => claims["request"] = "x",
    };

    public static TheoryData<string> Wrong => [.. Changes.Keys];

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("OAuth-Authz-Req+JWT")]
    public async Task A_signed_request_is_taken_for_what_it_says(string? typ)
    {
        foreach (var expiry in new JsonNode[] { 120, "120" })
        {
            var text = fixture.Sign(
                "signing",
                claims => (claims["requested_expiry"], claims["scope"], claims["binding_message"], claims["acr_values"])
                    = (expiry.DeepClone(), "email openid", "Order 4711", "urn:authplatform:acr:1fa"),
                typ);
            var asked = await SendAsync("signing", text);
            Assert.True(asked.IsOk, asked.Body);
            Assert.Equal(120, asked.Json.GetProperty("expires_in").GetInt32());
            await fixture.DecideAsync(Seed.Alice);
            var tokens = await fixture.App("signing").PollPersonAsync(asked.Text("auth_req_id"));
            Assert.Equal(Seed.Alice.Email, tokens.IdToken.GetClaim("email").Value);
        }
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_signed_request_with_a_wrong_claim_is_refused(string what)
    {
        var now = fixture.Time.GetUtcNow().ToUnixTimeSeconds();
        var answer = await SendAsync("signing", fixture.Sign("signing", claims => Changes[what](claims, now)));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Error));
    }

    [Fact]
    public async Task Requests_that_the_client_has_not_signed_as_registered_are_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string[] texts =
        [
            fixture.Sign("signing", alg: "none"), fixture.Sign("signing", alg: "RS256"), fixture.Sign("signing", key: other),
            fixture.Sign("signing", typ: "at+jwt"), fixture.Sign("signing", typ: "client-authentication+jwt"), "x.y.z", "x",
        ];
        foreach (var text in texts) Assert.Equal("invalid_request", (await SendAsync("signing", text)).Error);
        // One that is registered to sign does always; one that is not may.
        Assert.Equal("invalid_request", (await fixture.App("signing").AskForPersonAsync(Seed.Alice.Email)).Error);
        Assert.True((await SendAsync("able", fixture.Sign("able"))).IsOk);
        Assert.True((await fixture.App("able").AskForPersonAsync("nobody@example.test")).IsOk);
        // Nor may one that signs its authorization requests always leave it here.
        Assert.Equal("invalid_request", (await fixture.App("careful").AskForPersonAsync(Seed.Alice.Email)).Error);
        Assert.True((await SendAsync("careful", fixture.Sign("careful"))).IsOk);
    }

    [Fact]
    public async Task A_signed_request_counts_once_and_for_its_client()
    {
        var text = fixture.Sign("signing");
        Assert.Equal("invalid_request", (await SendAsync("able", text)).Error);
        Assert.True((await SendAsync("signing", text)).IsOk);
        Assert.Equal("invalid_request", (await SendAsync("signing", text)).Error);
    }

    [Theory]
    [InlineData("login_hint", "bob@example.test")]
    [InlineData("binding_message", "Order 4712")]
    [InlineData("scope", "openid")]
    [InlineData("request_uri", "https://able.example.test/r")]
    [InlineData("requested_expiry", "300")]
    public async Task Nothing_stands_beside_a_signed_request(string name, string value) => Assert.Equal(
        "invalid_request", (await SendAsync("signing", fixture.Sign("signing"), (name, value))).Error);

    [Fact]
    public async Task A_client_proves_itself_by_its_key_at_both_endpoints()
    {
        var app = fixture.App("asserting") with { Secret = null };
        (string, string?) request = ("request", fixture.Sign("asserting"));
        Assert.Equal("invalid_client", (await app.SendCibaAsync([request])).Error);
        foreach (var alg in new[] { "RS256", "none" })
        {
            Assert.Equal("invalid_client", (await app.SendCibaAsync([request, .. fixture.Assert("asserting", alg)])).Error);
        }

        Assert.Equal(
            "invalid_client", (await app.SendCibaAsync([request, .. fixture.Assert("asserting", audience: "https://other.test")])).Error);
        var asked = await app.SendCibaAsync([request, .. fixture.Assert("asserting")]);
        Assert.True(asked.IsOk, asked.Body);
        (string, string?)[] poll = [("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", asked.Text("auth_req_id"))];
        Assert.Equal("invalid_client", (await app.TokenAsync(poll)).Error);
        Assert.Equal("invalid_client", (await app.TokenAsync([.. poll, .. fixture.Assert("asserting", "RS256")])).Error);
        Assert.Equal("authorization_pending", (await app.TokenAsync([.. poll, .. fixture.Assert("asserting")])).Error);
        // Another client's.
        Assert.Equal("invalid_grant", (await fixture.App("able").PollPersonAsync(asked.Text("auth_req_id"))).Error);
    }

    /// <summary>CIBA Core 7.1, where the registration says that assertions may name an endpoint, and RFC 10070 otherwise.</summary>
    [Theory]
    [InlineData("asserting", "/connect/ciba", false)]
    [InlineData("asserting", "/connect/token", false)]
    [InlineData("older", "/connect/ciba", true)]
    [InlineData("older", "/connect/token", true)]
    [InlineData("older", "/connect/par", false)]
    [InlineData("older", "", true)]
    public async Task An_assertion_names_the_endpoint_that_it_is_sent_to_only_where_the_registration_says_so(
        string client, string path, bool counts)
    {
        var app = fixture.App(client) with { Secret = null };
        foreach (var origin in new[] { fixture.Issuer.Text, CibaHost.Alias })
        {
            var assertion = fixture.Assert(client, audience: origin + path);
            var asked = await app.SendCibaAsync([("scope", "openid"), ("login_hint", "nobody@example.test"), .. assertion]);
            // The alias has endpoints, and is no issuer.
            var takes = counts && (path.Length > 0 || origin == fixture.Issuer.Text);
            Assert.Equal(takes ? null : "invalid_client", asked.Error);
            // At the token endpoint the other one is none of its names.
            var poll = await app.TokenAsync(
                [("grant_type", "urn:openid:params:grant-type:ciba"), ("auth_req_id", asked.Text("auth_req_id") ?? "x"),
                    .. fixture.Assert(client, audience: origin + path)]);
            Assert.Equal(takes && path != "/connect/ciba" ? "authorization_pending" : "invalid_client", poll.Error);
        }
    }

    [Fact]
    public async Task Discovery_tells_the_modes_and_the_algorithms()
    {
        var document = await fixture.Issuer.DiscoverAsync();
        Assert.Equal(["poll", "ping", "push"], Texts("backchannel_token_delivery_modes_supported"));
        var algorithms = Texts("backchannel_authentication_request_signing_alg_values_supported");
        Assert.All(["ES256", "PS256"], alg => Assert.Contains(alg, algorithms));
        Assert.DoesNotContain("none", algorithms);
        Assert.False(document.GetProperty("backchannel_user_code_parameter_supported").GetBoolean());

        string[] Texts(string member) => [.. document.GetProperty(member).EnumerateArray().Select(value => value.GetString()!)];
    }

    private Task<TokenAnswer> SendAsync(string client, string text, params (string Name, string? Value)[] extra) =>
        fixture.App(client).SendCibaAsync([("request", text), .. extra]);
}

public sealed class SignedCibaOnSqliteTests(CibaOnSqlite fixture) : SignedCibaTests(fixture), IClassFixture<CibaOnSqlite>;

public sealed class SignedCibaOnPostgresTests(CibaOnPostgres fixture) : SignedCibaTests(fixture), IClassFixture<CibaOnPostgres>;
