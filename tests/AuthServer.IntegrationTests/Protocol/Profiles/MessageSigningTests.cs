using System.Net;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Mtls;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>FAPI 2.0 Message Signing sections 5.3 to 5.5: signed requests, signed responses, signed introspection.</summary>
public sealed class MessageSigningTests(ProfileServer.OnSqlite fixture) : IClassFixture<ProfileServer.OnSqlite>
{
    private FapiApp? _app;

    private FapiApp App => _app ??= fixture.App("signing");

    [Theory]
    [InlineData("ES256")]
    [InlineData("PS256")]
    public async Task A_signed_and_pushed_request_gets_a_signed_response_and_bound_tokens(string algorithm)
    {
        var app = algorithm == "PS256" ? App with { Signer = fixture.Rsa, Algorithm = algorithm } : App;
        var request = Request();
        var response = await AnswerAsync(await PushAsync(app, app.Sign(request)));
        Assert.Equal(request.State, response.GetClaim("state").Value);
        Assert.InRange(response.ValidTo - fixture.Time.GetUtcNow().UtcDateTime, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var tokens = (await app.RedeemAsync(response.GetClaim("code").Value, request)).Ok();
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal("ES256", tokens.IdToken.Alg);
    }

    /// <summary>Section 5.3.1: requests are signed.</summary>
    [Fact]
    public async Task A_request_that_is_not_signed_is_refused()
    {
        (await App.PushAsync(Request())).Refused("invalid_request");
        var plain = Request();
        var browser = await fixture.SignedInAsync();
        Assert.DoesNotContain("code=", (await browser.OpenAsync(plain.Address)).LeftTo?.Query ?? "", StringComparison.Ordinal);
        // By value or by reference, but not pushed.
        var signed = QueryHelpers.AddQueryString(
            fixture.Issuer.PathOf("/connect/authorize"),
            new Dictionary<string, string?> { ["client_id"] = "signing", ["request"] = App.Sign(plain) });
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.OpenAsync(signed)).Status);
    }

    private static readonly Dictionary<string, Action<JsonObject>> Changes = new()
    {
        ["no exp"] = claims => claims.Remove("exp"),
        ["no nbf"] = claims => claims.Remove("nbf"),
        ["no aud"] = claims => claims.Remove("aud"),
        ["no iss"] = claims => claims.Remove("iss"),
        ["bad aud"] = claims => claims["aud"] = "https://other.example.test",
        ["aud of an endpoint"] = claims => claims["aud"] = "https://auth.example.test/connect/par",
        ["expired"] = claims => claims["exp"] = (long)claims["nbf"]! - 300,
        ["exp over an hour"] = claims => claims["exp"] = (long)claims["nbf"]! + 4200,
        ["nbf over an hour ago"] = claims => claims["nbf"] = (long)claims["nbf"]! - 4200,
        // Each within an hour of now.
        ["two hours between"] = claims => (claims["exp"], claims["nbf"]) = ((long)claims["nbf"]! + 3000, (long)claims["nbf"]! - 3000),
        ["nbf a minute ahead"] = claims => claims["nbf"] = (long)claims["nbf"]! + 61,
        ["iat a minute ahead"] = claims => claims["iat"] = (long)claims["iat"]! + 61,
        ["request_uri inside"] = claims => claims["request_uri"] = "urn:ietf:params:oauth:request_uri:x",
        ["another client"] = claims => claims["client_id"] = "other",
    };

    public static TheoryData<string> Wrong => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_object_with_a_wrong_claim_is_refused(string what) =>
        (await App.PushObjectAsync(App.Sign(Request(), Changes[what]))).Refused("invalid_request_object");

    /// <summary>RFC 9126 section 2.1.</summary>
    [Theory]
    [InlineData("urn:ietf:params:oauth:request_uri:x")]
    [InlineData("https://app.example.test/request.jwt")]
    public async Task No_request_uri_stands_beside_an_object_that_is_pushed(string uri) =>
        (await App.PushObjectAsync(App.Sign(Request()), ("request_uri", uri))).Refused("invalid_request");

    [Fact]
    public async Task An_object_without_a_redirect_uri_is_refused() =>
        (await App.PushObjectAsync(App.Sign(Request(), claims => claims.Remove("redirect_uri")))).Refused(
            "invalid_request", "invalid_request_object");

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    public async Task A_clock_may_be_ten_seconds_ahead(int ahead) => await PushAsync(
        App, App.Sign(Request(), claims => (claims["nbf"], claims["iat"]) = ((long)claims["nbf"]! + ahead, (long)claims["iat"]! + ahead)));

    [Fact]
    public async Task The_issuer_may_be_one_of_several_audiences() => await PushAsync(
        App, App.Sign(Request(), claims => claims["aud"] = new JsonArray("https://other.example.test", fixture.Issuer.Text)));

    [Fact]
    public async Task An_object_of_another_algorithm_or_key_is_refused()
    {
        var good = App.Sign(Request()).Split('.');
        string[] wrong =
        [
            App.Sign(Request(), signer: fixture.Rsa, algorithm: "RS256"),
            App.Sign(Request(), signer: fixture.OtherSigner),
            Base64UrlEncoder.Encode("""{"alg":"none"}""") + "." + good[1] + ".",
            $"{good[0]}.{good[1]}.{Base64UrlEncoder.Encode(new byte[64])}",
            ClientSigner.Secret(fixture.Certificate.RawData).Sign("HS256", null, []),
        ];
        foreach (var text in wrong) (await App.PushObjectAsync(text)).Refused("invalid_request_object");
    }

    /// <summary>Section 5.3.2: the parameters are those of the object.</summary>
    [Fact]
    public async Task What_stands_beside_the_object_counts_for_nothing()
    {
        var request = App.NewRequest("openid", ("response_mode", "jwt"), ("state", null));
        var pushed = await App.PushObjectAsync(
            App.Sign(request), ("state", "outside"), ("nonce", "outside"), ("scope", "openid email"), ("response_mode", "query"));
        var address = App.AddressOf(pushed) + "&state=outside&nonce=outside";
        var response = await AnswerAsync(address);
        Assert.False(response.TryGetClaim("state", out _));
        var tokens = (await App.RedeemAsync(response.GetClaim("code").Value, request)).Ok();
        Assert.Equal("openid", tokens.Text("scope"));
        Assert.Equal(request.Nonce, tokens.IdToken.GetClaim("nonce").Value);
    }

    /// <summary>Section 5.4: responses are signed.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("query")]
    [InlineData("fragment")]
    [InlineData("form_post")]
    public async Task A_request_for_a_response_that_is_not_signed_is_refused(string? mode) =>
        (await App.PushObjectAsync(App.Sign(App.NewRequest("openid", ("response_mode", mode))))).Refused("invalid_request");

    [Fact]
    public async Task An_error_is_signed_too()
    {
        var request = App.NewRequest("openid", ("response_mode", "jwt"), ("prompt", "none"));
        var pushed = await PushAsync(App, App.Sign(request));
        var page = await fixture.Host.NewBrowser().OpenAsync(App.AddressOf(pushed));
        var response = await VerifyAsync(page);
        Assert.Equal("login_required", response.GetClaim("error").Value);
        Assert.Equal(request.State, response.GetClaim("state").Value);
    }

    /// <summary>Section 5.5, RFC 9701.</summary>
    [Fact]
    public async Task Introspection_is_signed_with_ES256_where_it_is_asked_for()
    {
        var app = fixture.App("mtls-mtls");
        var token = (await app.SignInAsync()).AccessToken;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["client_id"] = app.ClientId, ["token"] = token }),
        };
        request.Headers.Add(MtlsFixture.Header, ClientAuthority.HeaderOf(fixture.Certificate));
        request.Headers.Add("Accept", "application/token-introspection+jwt");
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        var told = new JsonWebToken(await answer.Content.ReadAsStringAsync());
        Assert.Equal(("ES256", "token-introspection+jwt"), (told.Alg, told.Typ));
        Assert.Equal(app.ClientId, Assert.Single(told.Audiences));
    }

    private AuthorizationRequest Request() => App.NewRequest("openid", ("response_mode", "jwt"));

    private static async Task<TokenAnswer> PushAsync(FapiApp app, string text)
    {
        var pushed = await app.PushObjectAsync(text);
        Assert.True(pushed.Status == HttpStatusCode.Created, pushed.Body);
        return pushed;
    }

    private Task<JsonWebToken> AnswerAsync(TokenAnswer pushed) => AnswerAsync(App.AddressOf(pushed));

    private async Task<JsonWebToken> AnswerAsync(string address) =>
        await VerifyAsync(await (await fixture.SignedInAsync()).OpenAsync(address));

    private async Task<JsonWebToken> VerifyAsync(Page page)
    {
        Assert.True(page.LeftTo is not null, page.ToString());
        var (name, text) = Assert.Single(QueryHelpers.ParseQuery(page.LeftTo!.Query));
        Assert.Equal("response", name);
        var keys = new JsonWebKeySet((await fixture.Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text.ToString(), new TokenValidationParameters
        {
            ValidIssuer = fixture.Issuer.Text, ValidAudience = "signing", IssuerSigningKeys = keys.GetSigningKeys(),
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256], ValidateLifetime = false,
        });
        Assert.True(result.IsValid, result.Exception?.ToString());
        return (JsonWebToken)result.SecurityToken;
    }
}
