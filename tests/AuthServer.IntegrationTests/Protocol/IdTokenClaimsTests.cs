using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>Claims about the person in ID tokens (OpenID Connect Core 5.4): most relying parties read nothing else.</summary>
public abstract class IdTokenClaimsTests(HostFixture fixture)
{
    private const string Everything = "openid profile email phone address offline_access";

    private static readonly string[] AboutTheToken =
        ["iss", "exp", "iat", "aud", "azp", "sub", "sid", "auth_time", "acr", "amr", "nonce", "at_hash"];

    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task The_claims_of_granted_scopes_stand_in_the_ID_token_of_a_code_and_of_a_refresh()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, Everything, [("resource", Issuer.Text)]));
        var told = JsonNode.Parse((await app.UserInfoAsync(tokens.AccessToken)).Body)!.AsObject();
        told.Remove("sub");
        Assert.Equal("Alice Archer", told["name"]!.GetValue<string>());
        Assert.Equal(20, told.Count + 1);
        AssertSame(told, AboutThePerson(tokens));
        AssertSame(told, AboutThePerson(await app.RefreshAsync(tokens.RefreshToken)));
    }

    [Theory]
    [InlineData("openid", "")]
    [InlineData("openid email", "email email_verified")]
    [InlineData("openid phone", "phone_number phone_number_verified")]
    [InlineData("openid address", "address")]
    public async Task Each_scope_brings_its_own_claims_and_no_others(string scope, string claims)
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope));
        Assert.Equal(claims, string.Join(' ', AboutThePerson(tokens).Select(c => c.Key).Order()));
    }

    [Fact]
    public async Task A_refresh_for_fewer_scopes_tells_the_claims_of_those_alone()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, Everything));
        var fewer = await app.RefreshAsync(tokens.RefreshToken, ("scope", "openid email"));
        Assert.Equal(["email", "email_verified"], AboutThePerson(fewer).Select(c => c.Key).Order());
        Assert.True((await app.RefreshAsync(fewer.RefreshToken)).IdToken.TryGetPayloadValue<string>("name", out _));
    }

    [Fact]
    public async Task A_registration_for_minimal_ID_tokens_leaves_the_claims_to_userinfo_but_for_single_ones()
    {
        var (app, browser) = (Seed.Minimal(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid profile email offline_access"));
        Assert.Empty(AboutThePerson(tokens));
        Assert.Empty(AboutThePerson(await app.RefreshAsync(tokens.RefreshToken)));
        Assert.Equal("Alice Archer", (await app.UserInfoAsync(tokens.AccessToken)).Text("name"));
        (string, string?)[] single = [("claims", """{"id_token":{"nickname":null}}""")];
        Assert.Equal(
            ["nickname"], AboutThePerson(await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid", single)))
                .Select(c => c.Key));
    }

    [Fact]
    public async Task A_refresh_tells_the_person_as_they_are_now()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Bob));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid profile offline_access"));
        Assert.Equal("Bob", tokens.IdToken.GetPayloadValue<string>("name"));
        await fixture.Host.WithDatabaseAsync(
            db => db.Users.Where(u => u.Email == Seed.Bob.Email).ExecuteUpdateAsync(u => u.SetProperty(x => x.FirstName, "Robert")));
        Assert.Equal("Robert", (await app.RefreshAsync(tokens.RefreshToken)).IdToken.GetPayloadValue<string>("given_name"));
    }

    /// <summary>A member of the registration that this version does not know sends every request the long way.</summary>
    [Fact]
    public async Task The_long_way_tells_the_same()
    {
        var (app, browser) = (new ClientApp(Issuer, "bound", null, "https://bound.example.test/callback"), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email offline_access"));
        Assert.Equal(["email", "email_verified"], AboutThePerson(tokens).Select(c => c.Key).Order());
        Assert.Equal(["email", "email_verified"], AboutThePerson(await app.RefreshAsync(tokens.RefreshToken)).Select(c => c.Key).Order());
    }

    /// <summary>RFC 9068 section 2.1 asks for RS256 among what is supported; libraries in use verify nothing else.</summary>
    [Fact]
    public async Task A_client_may_ask_for_RS256_access_tokens_and_every_endpoint_takes_them()
    {
        var (app, browser) = (Seed.Pinned(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid profile offline_access"));
        Assert.Equal("RS256", new JsonWebToken(tokens.AccessToken).Alg);
        Assert.Equal("RS256", new JsonWebToken((await app.RefreshAsync(tokens.RefreshToken)).AccessToken).Alg);
        Assert.Equal("Alice", (await app.UserInfoAsync(tokens.AccessToken)).Text("given_name"));
        Assert.True((await app.IntrospectAsync(tokens.AccessToken)).IsActive);
        var own = (await app.ClientCredentialsAsync("notes:read")).AccessToken;
        var keys = new JsonWebKeySet(await Issuer.Http.GetStringAsync("/.well-known/jwks"));
        var verified = await new JsonWebTokenHandler().ValidateTokenAsync(own, new()
        {
            ValidIssuer = Issuer.Text,
            ValidAudience = Seed.Api,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ValidAlgorithms = ["RS256"],
            ValidTypes = ["at+jwt"],
            // The server has the clock of the test.
            LifetimeValidator = (_, expires, _, _) => expires > fixture.Time.GetUtcNow().UtcDateTime,
        });
        Assert.True(verified.IsValid, verified.Exception?.Message);
        Assert.True((await Seed.ResourceServer(Issuer).IntrospectAsync(own)).IsActive);
        Assert.True((await app.RevokeAsync(tokens.AccessToken)).IsOk);
        Assert.False((await app.IntrospectAsync(tokens.AccessToken)).IsActive);
    }

    private static JsonObject AboutThePerson(TokenAnswer tokens)
    {
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(tokens.IdToken.EncodedPayload))!.AsObject();
        foreach (var name in AboutTheToken) claims.Remove(name);
        return claims;
    }

    private static void AssertSame(JsonObject expected, JsonObject actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected {expected.ToJsonString()}, but it is {actual.ToJsonString()}");

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }
}

public sealed class IdTokenClaimsOnSqliteTests(SqliteHost fixture) : IdTokenClaimsTests(fixture), IClassFixture<SqliteHost>;

public sealed class IdTokenClaimsOnPostgresTests(PostgresHost fixture) : IdTokenClaimsTests(fixture), IClassFixture<PostgresHost>;
