using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>FAPI 2.0 Security Profile section 5.3.2: the four ways to authenticate and to bind tokens, from end to end.</summary>
public abstract class FapiFlowTests(ProfileServer fixture)
{
    public static TheoryData<string> Clients => [.. ProfileServer.Fapi];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_person_signs_in_and_the_tokens_are_bound(string clientId)
    {
        var app = fixture.App(clientId);
        var answer = await app.AuthorizeAsync("openid email offline_access");
        Assert.Equal(answer.Request.State, answer.Parameters["state"]);
        Assert.Equal(fixture.Issuer.Text, answer.Parameters["iss"]);
        var tokens = (await app.RedeemAsync(answer)).Ok();
        Assert.Equal(app.Key is null ? "Bearer" : "DPoP", tokens.Text("token_type"));
        Assert.Equal("ES256", tokens.IdToken.Alg);
        Assert.Equal(answer.Request.Nonce, tokens.IdToken.GetClaim("nonce").Value);
        var access = new JsonWebToken(tokens.AccessToken);
        Assert.Equal("ES256", access.Alg);
        var bound = access.GetPayloadValue<JsonElement>("cnf");
        Assert.Equal(
            app.Key?.Thumbprint ?? Base64Url.EncodeToString(SHA256.HashData(fixture.Certificate.RawData)),
            bound.GetProperty(app.Key is null ? "x5t#S256" : "jkt").GetString());

        Assert.Equal(Seed.Alice.Email, (await app.UserInfoAsync(tokens.AccessToken)).Ok().Text("email"));
        var told = (await app.PostAsync("/connect/introspect", [("token", tokens.AccessToken)])).Ok();
        Assert.Equal(bound.ToString(), told.Json.GetProperty("cnf").ToString());
    }

    /// <summary>Section 5.3.2.1, number 9: no rotation.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_refresh_token_stays_for_the_life_of_its_session(string clientId)
    {
        var app = fixture.App(clientId);
        var token = (await app.SignInAsync()).RefreshToken;
        for (var i = 0; i < 3; i++)
        {
            var next = (await app.RefreshAsync(token)).Ok();
            Assert.Equal(token, next.RefreshToken);
            // Longer than the grace of a rotated token.
            fixture.Time.Advance(TimeSpan.FromMinutes(2));
        }

        Assert.True((await app.PostAsync("/connect/revoke", [("token", token)])).IsOk);
        (await app.RefreshAsync(token)).Refused("invalid_grant");
    }

    /// <summary>Section 5.4.1 counts wherever the client signs: an RSA key can do more than its profile takes.</summary>
    [Fact]
    public async Task A_proof_by_another_algorithm_opens_neither_userinfo_nor_the_token_endpoint()
    {
        using var key = new ProofKey(fixture.Time, "PS256");
        var app = fixture.App("jwt-dpop") with { Key = key };
        var tokens = (await app.SignInAsync()).Ok();
        (await app.UserInfoAsync(tokens.AccessToken)).Ok();
        var other = app with { Key = key.With("RS256") };
        var refused = await other.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("error=\"invalid_dpop_proof\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        (await other.RefreshAsync(tokens.RefreshToken)).Refused("invalid_dpop_proof");
    }

    [Fact]
    public async Task Several_refreshes_at_once_all_succeed()
    {
        var app = fixture.App("jwt-dpop");
        var token = (await app.SignInAsync()).RefreshToken;
        foreach (var answer in await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => app.RefreshAsync(token)))) answer.Ok();
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_client_gets_a_bound_token_on_its_own_behalf(string clientId)
    {
        var app = fixture.App(clientId);
        var tokens = (await app.PostAsync("/connect/token", [("grant_type", "client_credentials"), ("scope", "email")])).Ok();
        Assert.True(new JsonWebToken(tokens.AccessToken).TryGetPayloadValue<JsonElement>("cnf", out _));
    }

    /// <summary>Section 5.3.2.2, numbers 10 and 11.</summary>
    [Fact]
    public async Task The_browser_is_sent_to_the_app_with_303()
    {
        var app = fixture.App("jwt-dpop");
        var address = app.AddressOf(await app.PushAsync(app.NewRequest()));
        using var answer = await (await fixture.SignedInAsync()).Http.GetAsync(address);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.StartsWith(app.Redirect, answer.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Section 5.3.2.2, number 12, although the server is set to 600 seconds.</summary>
    [Fact]
    public async Task A_request_uri_lives_for_less_than_ten_minutes()
    {
        var app = fixture.App("jwt-dpop");
        var pushed = await app.PushAsync(app.NewRequest());
        Assert.Equal(599, pushed.Json.GetProperty("expires_in").GetInt32());
        fixture.Time.Advance(TimeSpan.FromSeconds(600));
        var page = await (await fixture.SignedInAsync()).OpenAsync(app.AddressOf(pushed));
        Assert.True(page.LeftTo is null && page.Body.Contains("invalid_request_uri", StringComparison.Ordinal), page.ToString());
    }
}

public sealed class FapiFlowOnSqliteTests(ProfileServer.OnSqlite fixture) : FapiFlowTests(fixture), IClassFixture<ProfileServer.OnSqlite>;

public sealed class FapiFlowOnPostgresTests(ProfileServer.OnPostgres fixture)
    : FapiFlowTests(fixture), IClassFixture<ProfileServer.OnPostgres>;
