using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.DPoP;

/// <summary>RFC 9449 sections 5, 6, 7 and 10: tokens that are bound to a key, from the code to the resource.</summary>
public abstract class BoundTokenTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("EdDSA")]
    [InlineData("Ed25519")]
    [InlineData("PS256")]
    [InlineData("RS256")]
    public async Task A_token_request_with_a_proof_gets_tokens_of_the_type_DPoP_that_name_the_key(string algorithm)
    {
        using var key = new ProofKey(fixture.Time, algorithm);
        var app = Seed.Machine(Issuer) with { Key = key };
        var tokens = await app.ClientCredentialsAsync("notes:read");
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal(key.Thumbprint, Jkt(tokens.AccessToken));
    }

    [Fact]
    public async Task A_person_signs_in_and_the_token_opens_userinfo_with_its_key_alone()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Web(Issuer) with { Key = key };
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid email"));
        Assert.Equal("DPoP", tokens.Text("token_type"));
        var told = await app.UserInfoAsync(tokens.AccessToken);
        Assert.True(told.IsOk, told.Body);
        Assert.Equal(Seed.Alice.Email, told.Text("email"));

        using var other = new ProofKey(fixture.Time);
        AssertRefused(await (app with { Key = other }).UserInfoAsync(tokens.AccessToken), "invalid_token");
        Assert.Equal(HttpStatusCode.Unauthorized, (await (app with { Key = null }).UserInfoAsync(tokens.AccessToken)).Status);
    }

    [Fact]
    public async Task A_token_that_is_bound_to_no_key_is_refused_under_the_scheme_DPoP()
    {
        var app = Seed.Web(Issuer);
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid"));
        Assert.Equal("Bearer", tokens.Text("token_type"));
        using var key = new ProofKey(fixture.Time);
        AssertRefused(await (app with { Key = key }).UserInfoAsync(tokens.AccessToken), "invalid_token");
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
    }

    [Fact]
    public async Task Introspection_tells_the_key_and_the_type_of_a_bound_token()
    {
        using var key = new ProofKey(fixture.Time);
        var tokens = await (Seed.Machine(Issuer) with { Key = key }).ClientCredentialsAsync("notes:read");
        var answer = (await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.AccessToken)).Json;
        Assert.True(answer.GetProperty("active").GetBoolean());
        Assert.Equal("DPoP", answer.GetProperty("token_type").GetString());
        Assert.Equal(key.Thumbprint, answer.GetProperty("cnf").GetProperty("jkt").GetString());
    }

    /// <summary>RFC 9449 section 5: the refresh token of a public client is bound to the key.</summary>
    [Fact]
    public async Task The_refresh_token_of_a_public_client_needs_the_same_key()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var app = Seed.Spa(Issuer) with { Key = key };
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid offline_access"));
        Assert.Equal("invalid_grant", (await (app with { Key = null }).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await (app with { Key = other }).RefreshAsync(tokens.RefreshToken)).Error);
        // Neither has ended the session or used up the token.
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);
        Assert.Equal("DPoP", next.Text("token_type"));
        Assert.Equal(key.Thumbprint, Jkt(next.AccessToken));

        // A retry within the grace needs the key too.
        Assert.Equal("invalid_grant", (await (app with { Key = null }).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("invalid_grant", (await (app with { Key = other }).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.True((await app.RefreshAsync(next.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task A_rotated_refresh_token_that_comes_without_its_key_ends_nothing()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Spa(Issuer) with { Key = key };
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid offline_access"));
        var next = await app.RefreshAsync(tokens.RefreshToken);
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("invalid_grant", (await (app with { Key = null }).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.True((await app.RefreshAsync(next.RefreshToken)).IsOk);
        // With the key it is a reuse.
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
    }

    /// <summary>RFC 9449 section 5: such a client has authenticated, so its key may change; a bearer token it does not get.</summary>
    [Fact]
    public async Task The_refresh_token_of_a_confidential_client_needs_a_key_but_any()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var app = Seed.Web(Issuer) with { Key = key };
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid offline_access"));
        Assert.Equal("invalid_grant", (await (app with { Key = null }).RefreshAsync(tokens.RefreshToken)).Error);
        var next = await (app with { Key = other }).RefreshAsync(tokens.RefreshToken);
        Assert.True(next.IsOk, next.Body);
        Assert.Equal(other.Thumbprint, Jkt(next.AccessToken));
    }

    [Fact]
    public async Task A_session_that_began_without_a_key_goes_on_without_one()
    {
        var app = Seed.Spa(Issuer);
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid offline_access"));
        using var key = new ProofKey(fixture.Time);
        var bound = await (app with { Key = key }).RefreshAsync(tokens.RefreshToken);
        Assert.Equal("DPoP", bound.Text("token_type"));
        Assert.Equal("Bearer", (await app.RefreshAsync(bound.RefreshToken)).Text("token_type"));
    }

    /// <summary>RFC 7009 and RFC 9449 ask for no proof there: whoever gives up a token that is not theirs ends a theft.</summary>
    [Fact]
    public async Task A_bound_refresh_token_is_given_up_without_its_key()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Spa(Issuer) with { Key = key };
        var tokens = await app.RedeemCodeAsync(await AuthorizeAsync(app, "openid offline_access"));
        // Of another client it is not.
        Assert.True((await Seed.Web(Issuer).RevokeAsync(tokens.RefreshToken)).IsOk);
        tokens = await app.RefreshAsync(tokens.RefreshToken);
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.True((await (app with { Key = null }).RevokeAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal("invalid_grant", (await app.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task A_request_that_cannot_succeed_notes_no_proof()
    {
        using var key = new ProofKey(fixture.Time);
        var (spa, machine) = (Seed.Spa(Issuer) with { Key = key }, Seed.Machine(Issuer) with { Key = key });
        (string, string?)[][] hopeless =
        [
            [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", spa.RedirectUri)],
            [("grant_type", "refresh_token"), ("refresh_token", new string('A', 76))],
            [("grant_type", "client_credentials")],
            [("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", "x"), ("subject_token_type", "x")],
        ];
        await machine.ClientCredentialsAsync("notes:read");
        await spa.TokenAsync(hopeless[0]);
        foreach (var request in hopeless)
        {
            var sql = await fixture.Host.Sql.MeasureAsync(async () => Assert.False((await spa.TokenAsync(request)).IsOk));
            Assert.DoesNotContain(sql.Statements, s => s.Contains("used_assertions", StringComparison.Ordinal));
        }
    }

    /// <summary>RFC 9449 section 10.</summary>
    [Fact]
    public async Task A_code_that_is_bound_by_dpop_jkt_is_redeemed_with_that_key_alone()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var app = Seed.Spa(Issuer);
        (string, string?)[] bound = [("dpop_jkt", key.Thumbprint)];
        var code = await AuthorizeAsync(app, "openid", bound);
        Assert.Equal("invalid_grant", (await app.RedeemCodeAsync(code)).Error);
        Assert.Equal("invalid_grant", (await (app with { Key = other }).RedeemCodeAsync(code)).Error);
        Assert.Equal("DPoP", (await (app with { Key = key }).RedeemCodeAsync(code)).Text("token_type"));

        foreach (var wrong in new[] { "", "x", key.Thumbprint + "A", key.Thumbprint[..42] + "=" })
        {
            Assert.Equal("invalid_request", (await AuthorizeAsync(app, "openid", [("dpop_jkt", wrong)])).Error);
        }
    }

    /// <summary>RFC 9449 section 10.1.</summary>
    [Fact]
    public async Task A_proof_at_the_pushed_request_binds_the_code()
    {
        using var key = new ProofKey(fixture.Time);
        using var other = new ProofKey(fixture.Time);
        var app = Seed.Spa(Issuer) with { Key = key };
        Assert.Equal("invalid_request", (await app.PushAsync(app.NewRequest("openid", [("dpop_jkt", other.Thumbprint)]))).Error);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var request = await app.NewPushedRequestAsync("openid", [("dpop_jkt", key.Thumbprint)]);
        var code = AuthorizationAnswer.Read(request, await browser.OpenAsync(request.Address));
        Assert.Equal("invalid_grant", (await (app with { Key = null }).RedeemCodeAsync(code)).Error);
        Assert.Equal("invalid_grant", (await (app with { Key = other }).RedeemCodeAsync(code)).Error);
        Assert.Equal("DPoP", (await app.RedeemCodeAsync(code)).Text("token_type"));
    }

    /// <summary>RFC 9449 section 5.2.</summary>
    [Fact]
    public async Task A_client_that_is_registered_for_bound_tokens_gets_no_other()
    {
        var app = Seed.Prover(Issuer);
        var code = await AuthorizeAsync(app, "openid offline_access");
        Assert.Equal("invalid_dpop_proof", (await app.RedeemCodeAsync(code)).Error);
        using var key = new ProofKey(fixture.Time);
        var tokens = await (app with { Key = key }).RedeemCodeAsync(code);
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Assert.Equal("invalid_dpop_proof", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.True((await (app with { Key = key }).RefreshAsync(tokens.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task Discovery_names_the_algorithms_of_proofs()
    {
        var algorithms = (await Issuer.DiscoverAsync()).GetProperty("dpop_signing_alg_values_supported");
        Assert.Equal(["ES256", "ES384", "EdDSA", "Ed25519", "PS256", "RS256"], algorithms.EnumerateArray().Select(a => a.GetString()));
    }

    [Fact]
    public async Task A_proof_costs_one_statement()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Machine(Issuer) with { Key = key };
        Assert.True((await app.ClientCredentialsAsync("notes:read")).IsOk);
        var sql = await fixture.Host.Sql.MeasureAsync(() => app.ClientCredentialsAsync("notes:read"));
        Assert.StartsWith("INSERT INTO used_assertions", sql.Statements.Single(), StringComparison.Ordinal);
    }

    private static string? Jkt(string accessToken) =>
        new JsonWebToken(accessToken).GetPayloadValue<JsonElement>("cnf").GetProperty("jkt").GetString();

    private static void AssertRefused(TokenAnswer answer, string error)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        var challenge = answer.Headers.WwwAuthenticate.ToString();
        Assert.StartsWith("DPoP ", challenge, StringComparison.Ordinal);
        Assert.Contains($"error=\"{error}\"", challenge, StringComparison.Ordinal);
        Assert.Contains("algs=\"ES256 ES384 EdDSA Ed25519 PS256 RS256\"", challenge, StringComparison.Ordinal);
    }

    private async Task<AuthorizationAnswer> AuthorizeAsync(
        ClientApp app, string scope, IEnumerable<(string Name, string? Value)>? extra = null)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        return await browser.AuthorizeAsync(app, scope, extra);
    }
}

public sealed class BoundTokenOnSqliteTests(SqliteHost fixture) : BoundTokenTests(fixture), IClassFixture<SqliteHost>;

public sealed class BoundTokenOnPostgresTests(PostgresHost fixture) : BoundTokenTests(fixture), IClassFixture<PostgresHost>;
