using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Assertions;

/// <summary>Assertions of other issuers about people (RFC 7523 section 3) and identity assertion grants (ID-JAG).</summary>
public abstract class JwtBearerTests(AssertionHost fixture)
{
    private const string Grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    [Theory]
    [InlineData("JWT")]
    [InlineData("oauth-id-jag+jwt")]
    public async Task An_assertion_about_a_person_becomes_an_access_token(string type)
    {
        var answer = await PresentAsync(fixture.Agent, Sign(type: type), ("resource", Seed.Api));
        Assert.True(answer.IsOk, answer.Body);
        Assert.Equal("notes:read", answer.Text("scope"));
        Assert.Null(answer.Text("refresh_token"));
        var token = new JsonWebToken(answer.AccessToken);
        Assert.Equal([Seed.Api], token.Audiences);
        Assert.False(token.TryGetClaim("acr", out _));
        var alice = await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email));
        Assert.Equal(alice.Id.ToString(), token.Subject);
        Assert.True((await Seed.ResourceServer(fixture.Issuer).IntrospectAsync(answer.AccessToken)).IsActive);
        var session = Guid.Parse(token.GetClaim("sid").Value);
        var record = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.SingleAsync(e => e.SessionId == session));
        Assert.Equal(("session.opened", "assertion of https://idp.example.test"), (record.Kind, record.Detail));
        // The person, and the client, can end it.
        await fixture.Agent.RevokeAsync(answer.AccessToken);
        Assert.False((await Seed.ResourceServer(fixture.Issuer).IntrospectAsync(answer.AccessToken)).IsActive);
    }

    /// <summary>A session without tokens would stand in the lists of the person, and one without time would end them.</summary>
    [Fact]
    public async Task The_session_ends_when_the_token_of_the_client_does()
    {
        foreach (var (app, seconds) in new[] { (fixture.Agent, 900), (fixture.Brief, 120) })
        {
            var answer = await PresentAsync(app, Sign(claims => claims["client_id"] = app.ClientId), ("resource", Seed.Api));
            Assert.True(answer.IsOk, answer.Body);
            var token = new JsonWebToken(answer.AccessToken);
            Assert.Equal(TimeSpan.FromSeconds(seconds), token.ValidTo - token.IssuedAt);
            var id = Guid.Parse(token.GetClaim("sid").Value);
            var session = await fixture.Host.WithDatabaseAsync(db => db.Sessions.AsNoTracking().SingleAsync(s => s.Id == id));
            Assert.InRange(session.ExpiresAt - token.ValidTo, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task An_assertion_counts_once_also_at_the_same_time()
    {
        var assertion = Sign();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => PresentAsync(fixture.Agent, assertion, ("resource", Seed.Api))));
        Assert.Single(answers, a => a.IsOk);
        Assert.All(answers.Where(a => !a.IsOk), a => Assert.Equal("invalid_grant", a.Error));
    }

    [Fact]
    public async Task The_scopes_and_resources_of_an_assertion_limit_the_token()
    {
        await RefusedAsync("invalid_scope", Sign(claims => claims["scope"] = "other"), ("scope", "notes:read"), ("resource", Seed.Api));
        await RefusedAsync("invalid_scope", Sign(), ("scope", "notes:write"), ("resource", Seed.Api));
        await RefusedAsync("invalid_scope", Sign(), ("scope", "openid"));
        await RefusedAsync("invalid_target", Sign(claims => claims["resource"] = Seed.Ledger), ("resource", Seed.Api));
        var answer = await PresentAsync(fixture.Agent, Sign(claims => claims["resource"] = Seed.Api));
        Assert.Equal([Seed.Api], new JsonWebToken(answer.AccessToken).Audiences);
    }

    [Fact]
    public async Task What_is_wrong_with_an_assertion_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var faults = new Dictionary<string, string>
        {
            ["another key"] = Sign(key: other),
            ["another issuer"] = Sign(claims => claims["iss"] = "https://evil.example"),
            ["another audience"] = Sign(claims => claims["aud"] = "https://other.example"),
            ["two audiences"] = Sign(claims => claims["aud"] = new[] { fixture.Issuer.Text, "https://other.example" }),
            ["the token endpoint"] = Sign(claims => claims["aud"] = fixture.Issuer.Text + "/connect/token"),
            ["expired"] = Sign(claims => claims["exp"] = Now(-60)),
            ["too long"] = Sign(claims => claims["exp"] = Now(2 * 3600)),
            ["not yet"] = Sign(claims => claims["nbf"] = Now(600)),
            ["no jti"] = Sign(claims => claims.Remove("jti")),
            ["no sub"] = Sign(claims => claims.Remove("sub")),
            ["bound to a key that the client does not prove"] =
                Sign(claims => claims["cnf"] = new Dictionary<string, string> { ["jkt"] = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo" }),
            ["another client"] = Sign(claims => claims["client_id"] = "web"),
            ["an identity grant of no client"] = Sign(claims => claims.Remove("client_id"), "oauth-id-jag+jwt"),
            ["another type"] = Sign(type: "at+jwt"),
            ["an address that is not verified"] = Sign(claims => claims["email_verified"] = false),
            ["an address that is not confirmed here"] = Sign(claims => claims["email"] = Seed.Bob.Email),
            ["nobody"] = Sign(claims => claims["email"] = "nobody@example.test"),
            ["no signature"] = Unsigned(Sign()),
            ["no algorithm"] = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + Sign().Split('.')[1] + ".",
            ["the public key as a secret"] = Sign(by: new(
                new SymmetricSecurityKey(fixture.Key.ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha256)),
            ["an extension that is not known"] = Sign(header: ("crit", new[] { "x" })),
            ["no JWT"] = "x",
        };
        foreach (var (name, assertion) in faults)
        {
            var answer = await PresentAsync(fixture.Agent, assertion, ("resource", Seed.Api));
            Assert.True(answer.Error == "invalid_grant", $"{name}: {answer.Body}");
        }
    }

    /// <summary>RFC 7523 section 3: an assertion gives no more than the person could do by signing in.</summary>
    [Fact]
    public async Task An_assertion_about_somebody_who_may_not_sign_in_is_refused()
    {
        Task<TokenAnswer> PresentCarolAsync() => PresentAsync(
            fixture.Agent, Sign(claims => claims["email"] = Seed.Carol.Email), ("resource", Seed.Api));
        await WriteCarolAsync(user => user.EmailConfirmed = true);
        Assert.True((await PresentCarolAsync()).IsOk);
        await WriteCarolAsync(user => user.DisabledAt = fixture.Host.Now.UtcDateTime);
        Assert.Equal("invalid_grant", (await PresentCarolAsync()).Error);
        await WriteCarolAsync(user => (user.DisabledAt, user.DeleteAfter) = (null, fixture.Host.Now.UtcDateTime.AddDays(7)));
        Assert.Equal("invalid_grant", (await PresentCarolAsync()).Error);
        await WriteCarolAsync(user => user.DeleteAfter = null);
        Assert.True((await PresentCarolAsync()).IsOk);
        // A client whose people need a second factor: no assertion says that they gave one.
        var hers = Sign(claims => (claims["email"], claims["client_id"]) = (Seed.Carol.Email, "careful"));
        var careful = await PresentAsync(fixture.Careful, hers, ("resource", Seed.Api));
        Assert.Equal("invalid_grant", careful.Error);
    }

    /// <summary>Whom an issuer means by its own subjects is settled by the connections of people, and of no other issuer.</summary>
    [Fact]
    public async Task A_subject_means_the_person_who_has_connected_that_issuer()
    {
        var carol = await fixture.Host.WithDatabaseAsync(async db =>
        {
            var user = await db.Users.SingleAsync(u => u.Email == Seed.Carol.Email);
            foreach (var (issuer, subject) in new[] { (AssertionHost.Connected, "carol-there"), ("https://idp.example.test", "elsewhere") })
            {
                db.UserLogins.Add(new() { LoginProvider = issuer, ProviderKey = subject, UserId = user.Id });
            }

            await db.SaveChangesAsync();
            return user.Id;
        });
        var answer = await PresentAsync(fixture.Agent, By(AssertionHost.Connected, "carol-there"), ("resource", Seed.Api));
        Assert.Equal(carol.ToString(), new JsonWebToken(answer.AccessToken).Subject);
        // Of another issuer's connection, of nobody, and by the verified address that such an issuer is not asked for.
        foreach (var subject in new[] { "elsewhere", "nobody", "alice-at-idp" })
        {
            await RefusedAsync("invalid_grant", By(AssertionHost.Connected, subject), ("resource", Seed.Api));
        }

        string By(string issuer, string subject) => Sign(claims => (claims["iss"], claims["sub"]) = (issuer, subject));
    }

    [Fact]
    public async Task Only_the_clients_of_an_issuer_present_its_assertions()
    {
        var answer = await PresentAsync(fixture.Stranger, Sign(claims => claims.Remove("client_id")), ("resource", Seed.Api));
        Assert.Equal("invalid_grant", answer.Error);
        Assert.Equal("unauthorized_client", (await PresentAsync(Seed.Machine(fixture.Issuer), Sign())).Error);
        Assert.Equal("unauthorized_client", (await PresentAsync(Seed.Spa(fixture.Issuer), Sign())).Error);
        Assert.Equal("invalid_request", (await fixture.Agent.TokenAsync([("grant_type", Grant)])).Error);
    }

    /// <summary>RFC 8693 section 4.4: the issuer says who may act for the person, and an exchange asks it.</summary>
    [Theory]
    [InlineData("""{"sub":"agent"}""", true)]
    [InlineData("""{"sub":"agent","client_id":"agent","iss":"https://auth.example.test"}""", true)]
    [InlineData("""{"sub":"somebody"}""", false)]
    [InlineData("""{"sub":"agent","iss":"https://idp.example.test"}""", false)]
    [InlineData("""{"sub":"agent","more":"x"}""", false)]
    [InlineData("{}", false)]
    [InlineData("\"agent\"", false)]
    public async Task Whom_an_assertion_lets_act_an_exchange_of_its_token_keeps_to(string mayAct, bool allowed)
    {
        var assertion = Sign(claims => claims["may_act"] = System.Text.Json.JsonElement.Parse(mayAct));
        var given = (await PresentAsync(fixture.Agent, assertion, ("resource", Seed.Api))).AccessToken;
        Assert.Equal(mayAct, JsonNode.Parse(Base64UrlEncoder.Decode(new JsonWebToken(given).EncodedPayload))!["may_act"]!.ToJsonString());
        for (var times = 0; times < 2; times++)
        {
            var answer = await fixture.Agent.TokenAsync(
            [
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", given), ("resource", Seed.Api),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ]);
            Assert.Equal(allowed ? null : "invalid_request", answer.Error);
            if (!allowed) return;
            // What it says stays with the exchanged token.
            given = answer.AccessToken;
        }

        Assert.Equal(mayAct, (await fixture.Agent.IntrospectAsync(given)).Json.GetProperty("may_act").GetRawText());
    }

    private async Task RefusedAsync(string error, string assertion, params (string Name, string? Value)[] extra)
    {
        var answer = await PresentAsync(fixture.Agent, assertion, extra);
        Assert.Equal((HttpStatusCode.BadRequest, error), (answer.Status, answer.Error));
    }

    private static Task<TokenAnswer> PresentAsync(ClientApp app, string assertion, params (string Name, string? Value)[] extra) =>
        app.TokenAsync([("grant_type", Grant), ("assertion", assertion), .. extra]);

    private static string Unsigned(string assertion) => assertion[..(assertion.LastIndexOf('.') + 1)];

    private long Now(int seconds) => fixture.Host.Now.ToUnixTimeSeconds() + seconds;

    private Task WriteCarolAsync(Action<User> change) => fixture.Host.WithDatabaseAsync(async db =>
    {
        change(await db.Users.SingleAsync(u => u.Email == Seed.Carol.Email));
        return await db.SaveChangesAsync();
    });

    private string Sign(
        Action<Dictionary<string, object>>? change = null, string type = "JWT", ECDsa? key = null, SigningCredentials? by = null,
        (string Name, object Value)? header = null)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "https://idp.example.test", ["sub"] = "alice-at-idp", ["aud"] = fixture.Issuer.Text,
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["iat"] = Now(0), ["exp"] = Now(300), ["client_id"] = "agent", ["email"] = Seed.Alice.Email, ["email_verified"] = true,
        };
        change?.Invoke(claims);
        var signing = by ?? new SigningCredentials(new ECDsaSecurityKey(key ?? fixture.Key), SecurityAlgorithms.EcdsaSha256);
        var headers = new Dictionary<string, object> { ["typ"] = type };
        if (header is var (name, value)) headers[name] = value;
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(System.Text.Json.JsonSerializer.Serialize(claims), signing, headers);
    }
}

public sealed class JwtBearerOnSqliteTests(AssertionOnSqliteHost fixture) : JwtBearerTests(fixture), IClassFixture<AssertionOnSqliteHost>;

public sealed class JwtBearerOnPostgresTests(AssertionOnPostgresHost fixture)
    : JwtBearerTests(fixture), IClassFixture<AssertionOnPostgresHost>;
