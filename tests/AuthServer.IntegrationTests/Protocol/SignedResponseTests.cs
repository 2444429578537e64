using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>JWT Secured Authorization Response Mode (JARM), sections 2.1 to 2.4.</summary>
public sealed class SignedResponseTests(SigningClients.OnSqlite fixture) : IClassFixture<SigningClients.OnSqlite>
{
    [Theory]
    [InlineData("jwt", false)]
    [InlineData("query.jwt", false)]
    [InlineData("fragment.jwt", true)]
    public async Task A_code_comes_in_a_signed_response_for_the_client(string mode, bool inFragment)
    {
        var (app, browser) = (fixture.App("free"), await SignedInAsync());
        var request = app.NewRequest("openid", [("response_mode", mode)]);
        var page = await browser.OpenAsync(request.Address);
        var part = inFragment ? page.LeftTo!.Fragment.TrimStart('#') : page.LeftTo!.Query;
        Assert.Empty(inFragment ? page.LeftTo.Query : page.LeftTo.Fragment);
        var (name, text) = Assert.Single(QueryHelpers.ParseQuery(part));
        Assert.Equal("response", name);
        var response = await VerifyAsync(text.ToString(), "free", SecurityAlgorithms.RsaSha256);
        Assert.Equal(request.State, response.GetClaim("state").Value);
        Assert.InRange(response.ValidTo - TimeProvider.System.GetUtcNow().UtcDateTime, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        var tokens = await app.TokenAsync(
        [
            ("grant_type", "authorization_code"), ("code", response.GetClaim("code").Value), ("redirect_uri", app.RedirectUri),
            ("code_verifier", request.Verifier),
        ]);
        Assert.True(tokens.IsOk, tokens.Body);
    }

    [Fact]
    public async Task Form_post_jwt_posts_the_response_alone()
    {
        var page = await (await SignedInAsync()).OpenAsync(
            fixture.App("elliptic").NewRequest("openid", [("response_mode", "form_post.jwt")]).Address);
        var fields = Browser.FieldsOf(page.Form("https://elliptic.example.test/cb")!);
        var (name, text) = Assert.Single(fields);
        Assert.Equal("response", name);
        Assert.NotEmpty((await VerifyAsync(text, "elliptic", SecurityAlgorithms.EcdsaSha256)).GetClaim("code").Value);
    }

    [Theory]
    [InlineData("prompt", "none", "login_required")]
    [InlineData("scope", "no-such-scope", "invalid_scope")]
    public async Task Errors_are_signed_too(string name, string value, string error)
    {
        var request = fixture.App("free").NewRequest("openid", [("response_mode", "jwt"), (name, value)]);
        var page = await fixture.Host.NewBrowser().OpenAsync(request.Address);
        var (_, text) = Assert.Single(QueryHelpers.ParseQuery(page.LeftTo!.Query));
        var response = await VerifyAsync(text.ToString(), "free", SecurityAlgorithms.RsaSha256);
        Assert.Equal(error, response.GetClaim("error").Value);
        Assert.Equal(request.State, response.GetClaim("state").Value);
    }

    /// <summary>FAPI 2.0 Message Signing section 5.4: a signed request that was pushed, and a signed response.</summary>
    [Fact]
    public async Task A_signed_and_pushed_request_gets_a_signed_response()
    {
        var (app, browser) = (fixture.App("strict"), await SignedInAsync());
        var request = app.NewRequest("openid", [("response_mode", "jwt")]);
        var pushed = await app.PushObjectAsync(fixture.Sign("strict", request));
        var page = await browser.OpenAsync(
            $"/connect/authorize?client_id=strict&request_uri={Uri.EscapeDataString(pushed.Text("request_uri")!)}");
        var (_, text) = Assert.Single(QueryHelpers.ParseQuery(page.LeftTo!.Query));
        Assert.NotEmpty((await VerifyAsync(text.ToString(), "strict", SecurityAlgorithms.RsaSha256)).GetClaim("code").Value);
    }

    private async Task<JsonWebToken> VerifyAsync(string text, string clientId, string algorithm)
    {
        var keys = new JsonWebKeySet((await fixture.Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            ValidIssuer = fixture.Issuer.Text, ValidAudience = clientId, IssuerSigningKeys = keys.GetSigningKeys(),
            ValidAlgorithms = [algorithm],
        });
        Assert.True(result.IsValid, result.Exception?.ToString());
        return (JsonWebToken)result.SecurityToken;
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return browser;
    }
}
