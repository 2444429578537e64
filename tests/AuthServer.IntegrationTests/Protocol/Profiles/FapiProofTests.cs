using System.Net;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>FAPI 2.0 Security Profile sections 5.3.2.1 and 5.4.1: who the client is, and which key holds its tokens.</summary>
public sealed class FapiProofTests(ProfileServer.OnSqlite fixture) : IClassFixture<ProfileServer.OnSqlite>
{
    private FapiApp? _app;

    private FapiApp App => _app ??= fixture.App("jwt-dpop");

    private string Issuer => fixture.Issuer.Text;

    public static TheoryData<string> Clients => [.. ProfileServer.Fapi];

    /// <summary>Numbers 4 and 5: no token without a key, and none is lost by the try.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_token_request_that_proves_no_key_is_refused(string clientId)
    {
        var app = fixture.App(clientId);
        var answer = await app.AuthorizeAsync("openid offline_access");
        // Where the certificate authenticates the client too, it is unknown without it.
        string[] expected = clientId == "mtls-mtls" ? ["invalid_client"] : ["invalid_request", "invalid_dpop_proof"];
        var without = app.Key is null ? app with { Certificate = null } : app with { Key = null };
        (await without.RedeemAsync(answer)).Refused(expected);
        (await without.PostAsync("/connect/token", [("grant_type", "client_credentials")])).Refused(expected);
        var tokens = (await app.RedeemAsync(answer)).Ok();
        (await without.RefreshAsync(tokens.RefreshToken)).Refused(expected);
        (await app.RefreshAsync(tokens.RefreshToken)).Ok();
    }

    /// <summary>Number 6.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_token_request_that_does_not_prove_the_client_is_refused(string clientId)
    {
        var app = fixture.App(clientId);
        var answer = await app.AuthorizeAsync("openid offline_access");
        var stranger = app.Signer is null ? app with { Certificate = fixture.OtherCertificate } : app with { Signer = null };
        (await stranger.RedeemAsync(answer)).Refused("invalid_client");
        var tokens = (await app.RedeemAsync(answer)).Ok();
        (await stranger.RefreshAsync(tokens.RefreshToken)).Refused("invalid_client");
        (await stranger.PostAsync("/connect/token", [("grant_type", "client_credentials")])).Refused("invalid_client");
        (await (app with { Signer = null, Certificate = null }).PostAsync(
            "/connect/token", [("grant_type", "client_credentials"), ("client_secret", ProfileServer.Secret)])).Refused("invalid_client");
    }

    private static readonly Dictionary<string, Func<string, JsonNode?>> Audiences = new()
    {
        ["token endpoint"] = issuer => issuer + "/connect/token",
        ["push endpoint"] = issuer => issuer + "/connect/par",
        ["list"] = issuer => new JsonArray(issuer),
        ["longer list"] = issuer => new JsonArray(issuer, "https://other.example.test"),
        ["slash"] = issuer => issuer + "/",
        ["other server"] = _ => "https://other.example.test",
        ["none"] = _ => null,
    };

    public static TheoryData<string> WrongAudiences => [.. Audiences.Keys];

    /// <summary>Number 8.</summary>
    [Theory]
    [MemberData(nameof(WrongAudiences))]
    public async Task An_assertion_that_is_not_for_the_issuer_alone_is_refused(string what)
    {
        var app = App with { Assertion = claims => claims["aud"] = Audiences[what](Issuer) };
        (await app.PushAsync(app.NewRequest())).Refused("invalid_client");
        (await app.PostAsync("/connect/token", [("grant_type", "client_credentials")])).Refused("invalid_client");
    }

    [Theory]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("exp")]
    [InlineData("jti")]
    public async Task An_assertion_that_lacks_a_claim_is_refused(string claim)
    {
        var app = App with { Assertion = claims => claims.Remove(claim) };
        (await app.PostAsync("/connect/token", [("grant_type", "client_credentials")])).Refused("invalid_client");
    }

    [Fact]
    public async Task An_assertion_that_has_expired_is_refused()
    {
        var app = App with { Assertion = claims => claims["exp"] = Now(-300) };
        (await app.RedeemAsync(await App.AuthorizeAsync())).Refused("invalid_client");
    }

    /// <summary>Number 13.</summary>
    [Theory]
    [InlineData("iat", 8, true)]
    [InlineData("iat", 10, true)]
    [InlineData("iat", 61, false)]
    [InlineData("nbf", 8, true)]
    [InlineData("nbf", 10, true)]
    [InlineData("nbf", 61, false)]
    public async Task A_clock_may_be_ten_seconds_ahead_and_not_a_minute(string claim, int ahead, bool counts)
    {
        var app = App with { Assertion = claims => (claims[claim], claims["exp"]) = (Now(ahead), Now(ahead + 60)) };
        var pushed = await app.PushAsync(app.NewRequest());
        var answer = await app.PostAsync("/connect/token", [("grant_type", "client_credentials")]);
        if (counts)
        {
            Assert.Equal(HttpStatusCode.Created, pushed.Status);
            answer.Ok();
            return;
        }

        pushed.Refused("invalid_client");
        answer.Refused("invalid_client");
    }

    /// <summary>Section 5.4.1.</summary>
    [Theory]
    [InlineData("PS256", true)]
    [InlineData("RS256", false)]
    public async Task Assertions_have_the_algorithms_of_the_profile(string algorithm, bool counts)
    {
        var app = App with { Signer = fixture.Rsa, Algorithm = algorithm };
        var answer = await app.PostAsync("/connect/token", [("grant_type", "client_credentials")]);
        if (counts) answer.Ok();
        else answer.Refused("invalid_client");
        if (!counts) (await app.PushAsync(app.NewRequest())).Refused("invalid_client");
    }

    [Theory]
    [InlineData("ES256", true)]
    [InlineData("PS256", true)]
    [InlineData("EdDSA", true)]
    [InlineData("RS256", false)]
    [InlineData("ES384", false)]
    public async Task Proofs_have_the_algorithms_of_the_profile(string algorithm, bool counts)
    {
        var app = App with { Key = new ProofKey(fixture.Time, algorithm) };
        var answer = await app.PostAsync("/connect/token", [("grant_type", "client_credentials")]);
        if (counts) answer.Ok();
        else answer.Refused("invalid_dpop_proof");
        if (!counts) (await app.PushAsync(app.NewRequest())).Refused("invalid_dpop_proof");
    }

    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public async Task A_proof_may_be_ten_seconds_old_or_early(int offset)
    {
        var app = App with { Proof = claims => (claims["iat"], claims["nbf"], claims["exp"]) = (Now(offset), Now(-30), Now(60)) };
        var tokens = await app.SignInAsync("openid email");
        (await app.UserInfoAsync(tokens.Ok().AccessToken)).Ok();
    }

    /// <summary>Number 12: a code is bound to a key by a proof or by dpop_jkt at the push.</summary>
    [Fact]
    public async Task A_code_is_redeemed_with_the_key_of_its_push()
    {
        var (app, other) = (App, fixture.App("jwt-dpop"));
        var mismatched = app.NewRequest("openid", ("dpop_jkt", other.Key!.Thumbprint));
        (await app.PushAsync(mismatched)).Refused("invalid_request", "invalid_dpop_proof");
        (await other.RedeemAsync(await app.AuthorizeAsync())).Refused("invalid_grant", "invalid_dpop_proof");

        var named = (app with { Key = null }).AuthorizeAsync("openid", ("dpop_jkt", app.Key!.Thumbprint));
        (await other.RedeemAsync(await named)).Refused("invalid_grant", "invalid_dpop_proof");
        (await app.RedeemAsync(await named)).Ok();

        var both = await app.AuthorizeAsync("openid", ("dpop_jkt", app.Key.Thumbprint));
        (await app.RedeemAsync(both)).Ok();
    }

    /// <summary>Section 5.3.4: a bound token opens nothing without its key.</summary>
    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_token_that_was_taken_opens_nothing(string clientId)
    {
        var app = fixture.App(clientId);
        var token = (await app.SignInAsync("openid email")).AccessToken;
        Assert.Equal(HttpStatusCode.Unauthorized, (await (app with { Key = null, Certificate = null }).UserInfoAsync(token)).Status);
        var other = app.Key is null ? app with { Certificate = fixture.OtherCertificate } : app with { Key = new ProofKey(fixture.Time) };
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.UserInfoAsync(token)).Status);
        (await app.UserInfoAsync(token)).Ok();
    }

    /// <summary>RFC 9110 section 11.1: a scheme is written in any case.</summary>
    [Theory]
    [InlineData("jwt-dpop", "dpOp")]
    [InlineData("jwt-mtls", "bEARER")]
    public async Task The_scheme_is_read_in_any_case(string clientId, string scheme)
    {
        var app = fixture.App(clientId);
        (await app.UserInfoAsync((await app.SignInAsync("openid email")).AccessToken, scheme)).Ok();
    }

    private long Now(int later) => fixture.Time.GetUtcNow().ToUnixTimeSeconds() + later;
}
