using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary>The profiles oidc-basic and oauth2.1, and clients that name none, on a server whose setting is absent.</summary>
public sealed class ProfileTests(ProfileServer.OnSqlite fixture) : IClassFixture<ProfileServer.OnSqlite>
{
    private static readonly (string, string?)[] WithoutPkce = [("code_challenge", null), ("code_challenge_method", null)];

    /// <summary>OAuth 2.1 section 4.1.1; both ways, because one more parameter is for the long one.</summary>
    [Theory]
    [InlineData("old", true)]
    [InlineData("unnamed", false)]
    [InlineData("modern", false)]
    public async Task Who_may_leave_PKCE_out(string clientId, bool may)
    {
        var (app, browser) = (App(clientId), await fixture.SignedInAsync());
        foreach (var extra in new (string, string?)[][] { WithoutPkce, [.. WithoutPkce, ("ui_locales", "en")] })
        {
            var answer = await browser.AuthorizeAsync(app, "openid", extra);
            Assert.Equal(may ? null : "invalid_request", answer.Error);
            if (may) Assert.True((await TokenAsync(app, answer, null)).IsOk);
        }

        var pushed = await app.PushAsync(app.NewRequest("openid", WithoutPkce));
        Assert.Equal(may ? HttpStatusCode.Created : HttpStatusCode.BadRequest, pushed.Status);
        var proved = await browser.AuthorizeAsync(app);
        Assert.True((await app.RedeemCodeAsync(proved)).IsOk);
    }

    [Fact]
    public async Task PKCE_that_was_sent_is_verified_where_it_is_no_duty()
    {
        var (app, browser) = (App("old"), await fixture.SignedInAsync());
        var proved = await browser.AuthorizeAsync(app);
        Assert.Equal("invalid_grant", (await TokenAsync(app, proved, null)).Error);
        Assert.Equal("invalid_grant", (await TokenAsync(app, proved, new string('x', 43))).Error);
        Assert.True((await TokenAsync(app, proved, proved.Request.Verifier)).IsOk);
        // A verifier for a code that was asked for without a challenge is of another request.
        var plain = await browser.AuthorizeAsync(app, "openid", WithoutPkce);
        Assert.Equal("invalid_grant", (await TokenAsync(app, plain, plain.Request.Verifier)).Error);
        Assert.True((await TokenAsync(app, plain, null)).IsOk);
    }

    [Fact]
    public async Task Refresh_tokens_of_other_profiles_are_rotated()
    {
        var (app, browser) = (App("modern"), await fixture.SignedInAsync());
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.NotEqual(tokens.RefreshToken, (await app.RefreshAsync(tokens.RefreshToken)).RefreshToken);
    }

    private ClientApp App(string clientId) => new(fixture.Issuer, clientId, ProfileServer.Secret, ProfileServer.RedirectOf(clientId));

    private static Task<TokenAnswer> TokenAsync(ClientApp app, AuthorizationAnswer answer, string? verifier) => app.TokenAsync(
        [
            ("grant_type", "authorization_code"), ("code", answer.Code), ("redirect_uri", app.RedirectUri), ("code_verifier", verifier),
        ]);
}
