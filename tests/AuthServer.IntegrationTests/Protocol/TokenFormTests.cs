using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>What a registration says about its answers: how long tokens live, and which answers are signed.</summary>
public abstract class TokenFormTests(HostFixture fixture)
{
    private const string Introspection = "application/token-introspection+jwt";

    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task A_client_has_lifetimes_of_its_own()
    {
        var app = Seed.Fussy(Issuer);
        var tokens = await SignInAsync(app, "openid offline_access");
        Assert.Equal(120, tokens.Json.GetProperty("expires_in").GetInt32());
        foreach (var token in new[] { new JsonWebToken(tokens.AccessToken), tokens.IdToken })
        {
            Assert.Equal(TimeSpan.FromSeconds(120), token.ValidTo - token.IssuedAt);
        }

        fixture.Time.Advance(TimeSpan.FromMinutes(59));
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);
        Assert.Equal(120, next.Json.GetProperty("expires_in").GetInt32());
        // From the opening of the session: a refresh does not extend it.
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("invalid_grant", (await app.RefreshAsync(next.RefreshToken)).Error);
    }

    /// <summary>OpenID Connect Core 5.3.2.</summary>
    [Fact]
    public async Task Userinfo_is_signed_for_a_client_that_is_registered_so()
    {
        var app = Seed.Fussy(Issuer);
        var tokens = await SignInAsync(app, "openid email");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        request.Headers.Authorization = new("Bearer", tokens.AccessToken);
        using var answer = await Issuer.Http.SendAsync(request);
        Assert.Equal("application/jwt", answer.Content.Headers.ContentType?.MediaType);
        var claims = await VerifyAsync(await answer.Content.ReadAsStringAsync(), "ES256", "JWT");
        Assert.Equal((Issuer.Text, "fussy"), (claims.GetProperty("iss").GetString(), claims.GetProperty("aud").GetString()));
        Assert.Equal(tokens.IdToken.Subject, claims.GetProperty("sub").GetString());
        Assert.Equal(Seed.Alice.Email, claims.GetProperty("email").GetString());
        // A refusal is no JWT (RFC 6750 section 3).
        using var refused = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo");
        refused.Headers.Authorization = new("Bearer", tokens.AccessToken + "x");
        using var error = await Issuer.Http.SendAsync(refused);
        Assert.Equal("application/problem+json", error.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>RFC 9701.</summary>
    [Fact]
    public async Task Introspection_answers_with_a_JWT_where_the_caller_accepts_it()
    {
        var tokens = await Seed.Machine(Issuer).ClientCredentialsAsync("notes:read");
        var api = Seed.ResourceServer(Issuer);
        var claims = await VerifyAsync(await IntrospectAsync(api, tokens.AccessToken, Introspection), "RS256", "token-introspection+jwt");
        Assert.Equal((Issuer.Text, "api"), (claims.GetProperty("iss").GetString(), claims.GetProperty("aud").GetString()));
        Assert.True(claims.TryGetProperty("iat", out _));
        // Section 5: nothing of the token stands beside.
        Assert.Equal(["iss", "aud", "iat", "token_introspection"], claims.EnumerateObject().Select(m => m.Name));
        var told = claims.GetProperty("token_introspection");
        Assert.True(told.GetProperty("active").GetBoolean());
        Assert.Equal("machine", told.GetProperty("client_id").GetString());

        foreach (var token in new[] { "x", tokens.AccessToken + "x", "a.b.c" })
        {
            claims = await VerifyAsync(await IntrospectAsync(api, token, Introspection), "RS256", "token-introspection+jwt");
            Assert.Equal("{\"active\":false}", claims.GetProperty("token_introspection").GetRawText());
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("*/*")]
    [InlineData("application/token-introspection+jwt;q=0")]
    public async Task Introspection_answers_with_JSON_otherwise(string accept)
    {
        var tokens = await Seed.Machine(Issuer).ClientCredentialsAsync("notes:read");
        var text = await IntrospectAsync(Seed.ResourceServer(Issuer), tokens.AccessToken, accept);
        Assert.True(JsonElement.Parse(text).GetProperty("active").GetBoolean());
    }

    /// <summary>An access token has one audience by default, and userinfo is for the issuer's alone.</summary>
    [Fact]
    public async Task A_token_for_another_resource_opens_nothing_at_userinfo()
    {
        var app = Seed.Spa(Issuer);
        var tokens = await SignInAsync(app, "openid profile notes:read", ("resource", Seed.Api));
        Assert.Equal([Seed.Api], new JsonWebToken(tokens.AccessToken).Audiences);
        var refused = await app.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.Status);
        using var key = new ProofKey(fixture.Time);
        var bound = await SignInAsync(app with { Key = key }, "openid profile notes:read", ("resource", Seed.Api));
        refused = await (app with { Key = key }).UserInfoAsync(bound.AccessToken);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, refused.Status);
    }

    private async Task<TokenAnswer> SignInAsync(ClientApp app, string scope, params (string Name, string? Value)[] extra)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope, extra));
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens;
    }

    private async Task<string> IntrospectAsync(ClientApp caller, string token, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/introspect")
        {
            Content = new FormUrlEncodedContent([new("token", token)]),
        };
        request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{caller.ClientId}:{caller.Secret}")));
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));
        using var answer = await Issuer.Http.SendAsync(request);
        Assert.Equal(
            accept == Introspection ? Introspection : "application/json", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<JsonElement> VerifyAsync(string text, string algorithm, string type)
    {
        var keys = new JsonWebKeySet((await Issuer.GetJsonAsync("/.well-known/jwks")).GetRawText());
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(text, new TokenValidationParameters
        {
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidAlgorithms = [algorithm],
            ValidTypes = [type],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return JsonElement.Parse(Base64UrlEncoder.DecodeBytes(text.Split('.')[1]));
    }
}

public sealed class TokenFormOnSqliteTests(SqliteHost fixture) : TokenFormTests(fixture), IClassFixture<SqliteHost>;

public sealed class TokenFormOnPostgresTests(PostgresHost fixture) : TokenFormTests(fixture), IClassFixture<PostgresHost>;
