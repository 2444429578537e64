using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.DPoP;

/// <summary>RFC 9449 sections 8 and 9, where DPOP_NONCES is on.</summary>
public sealed class NonceTests(NonceTests.NonceHost fixture) : IClassFixture<NonceTests.NonceHost>
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task A_proof_without_a_nonce_is_answered_with_one_and_counts_as_unused()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Machine(Issuer) with { Key = key };
        var refused = await app.ClientCredentialsAsync("notes:read");
        Assert.Equal((HttpStatusCode.BadRequest, "use_dpop_nonce"), (refused.Status, refused.Error));
        key.Nonce = NonceOf(refused);
        var tokens = await app.ClientCredentialsAsync("notes:read");
        Assert.True(tokens.IsOk, tokens.Body);
        Assert.Equal("DPoP", tokens.Text("token_type"));
        // RFC 9449 section 8.2: the next one comes with the answer.
        Assert.NotEmpty(NonceOf(tokens));
    }

    [Fact]
    public async Task Userinfo_and_the_API_ask_for_a_nonce_with_401()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Web(Issuer) with { Key = key };
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        key.Nonce = NonceOf(await app.ClientCredentialsAsync());
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"));
        key.Nonce = null;
        var refused = await app.UserInfoAsync(tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.Status);
        Assert.Contains("error=\"use_dpop_nonce\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        key.Nonce = NonceOf(refused);
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);

        const string Path = "/v1/auth/login";
        const string Body = """{"email":"a@example.test","password":"x"}""";
        using var content = new StringContent(Body, System.Text.Encoding.UTF8, "application/json");
        key.Nonce = null;
        var login = await new ApiCaller(Issuer).SendAsync(HttpMethod.Post, Path, content, ("DPoP", key.Prove("POST", Issuer.Text + Path)));
        login.Expect(HttpStatusCode.BadRequest, "use-dpop-nonce");
        Assert.NotNull(login.Header("DPoP-Nonce"));
    }

    [Fact]
    public async Task A_nonce_ends_after_five_minutes_and_a_forged_one_never_begins()
    {
        using var key = new ProofKey(fixture.Time);
        var app = Seed.Machine(Issuer) with { Key = key };
        var nonce = key.Nonce = NonceOf(await app.ClientCredentialsAsync("notes:read"));
        fixture.Time.Advance(TimeSpan.FromMinutes(4));
        Assert.True((await app.ClientCredentialsAsync("notes:read")).IsOk);
        fixture.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("use_dpop_nonce", (await app.ClientCredentialsAsync("notes:read")).Error);
        string[] wrong =
            ["", "x", nonce[1..], nonce + "A", "AAAA" + nonce[4..], nonce[..^4] + "AAAA", new string('A', nonce.Length)];
        foreach (var forged in wrong)
        {
            key.Nonce = forged;
            Assert.Equal("use_dpop_nonce", (await app.ClientCredentialsAsync("notes:read")).Error);
        }
    }

    private static string NonceOf(TokenAnswer answer) => Assert.Single(answer.Headers.GetValues("DPoP-Nonce"));

    public sealed class NonceHost() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) =>
            setup with { Settings = new Dictionary<string, string> { ["DPOP_NONCES"] = "true" } };
    }
}
