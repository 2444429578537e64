using System.Net;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>OpenID Connect Core 8: a client with pairwise subjects never learns the id of an account.</summary>
public abstract class PairwiseTests(HostFixture fixture)
{
    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task Every_answer_names_the_person_as_the_sector_does_and_none_by_the_id()
    {
        var app = Seed.Pairwise(Issuer);
        var (tokens, _) = await SignInAsync(app);
        var subject = tokens.IdToken.Subject;
        var id = (await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email))).Id.ToString();
        Assert.Equal(43, subject.Length);
        Assert.Equal(subject, new JsonWebToken(tokens.AccessToken).Subject);

        var told = await app.UserInfoAsync(tokens.AccessToken);
        Assert.Equal((subject, Seed.Alice.Email), (told.Text("sub"), told.Text("email")));
        var introspected = await app.IntrospectAsync(tokens.AccessToken);
        Assert.Equal((subject, Seed.Alice.Email), (introspected.Text("sub"), introspected.Text("email")));
        var refreshable = await app.IntrospectAsync(tokens.RefreshToken);
        Assert.Equal((true, subject), (refreshable.IsActive, refreshable.Text("sub")));
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(subject, next.IdToken.Subject);

        string[] all =
        [
            Payload(tokens.AccessToken), Payload(tokens.Text("id_token")!), told.Body, introspected.Body, refreshable.Body,
            Payload(next.AccessToken), Payload(next.Text("id_token")!),
        ];
        Assert.All(all, text => Assert.DoesNotContain(id, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task One_sector_knows_a_person_by_one_name_and_another_by_another()
    {
        var (first, _) = await SignInAsync(Seed.Pairwise(Issuer));
        var (again, _) = await SignInAsync(Seed.Pairwise(Issuer));
        var (sibling, _) = await SignInAsync(Seed.Pairwise(Issuer, "discreet-two"));
        var (other, _) = await SignInAsync(Seed.Pairwise(Issuer, "reserved"));
        var (somebody, _) = await SignInAsync(Seed.Pairwise(Issuer), Seed.Bob);
        Assert.Equal(first.IdToken.Subject, again.IdToken.Subject);
        Assert.Equal(first.IdToken.Subject, sibling.IdToken.Subject);
        Assert.NotEqual(first.IdToken.Subject, other.IdToken.Subject);
        Assert.NotEqual(first.IdToken.Subject, somebody.IdToken.Subject);
    }

    [Fact]
    public async Task A_token_ends_with_its_session()
    {
        var app = Seed.Pairwise(Issuer);
        var (tokens, _) = await SignInAsync(app);
        Assert.True((await app.RevokeAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.False((await app.IntrospectAsync(tokens.AccessToken)).IsActive);
    }

    [Fact]
    public async Task A_hint_and_a_claim_by_the_name_of_the_sector_mean_the_person()
    {
        var app = Seed.Pairwise(Issuer);
        var (tokens, browser) = await SignInAsync(app);
        var (elsewhere, _) = await SignInAsync(Seed.Pairwise(Issuer, "reserved"));
        var (bob, _) = await SignInAsync(app, Seed.Bob);
        var id = (await fixture.Host.WithDatabaseAsync(db => db.Users.SingleAsync(u => u.Email == Seed.Alice.Email))).Id.ToString();

        Assert.Null((await SilentAsync(browser, app, "id_token_hint", tokens.Text("id_token")!)).Error);
        Assert.Equal("login_required", (await SilentAsync(browser, app, "id_token_hint", bob.Text("id_token")!)).Error);
        Assert.Null((await SilentAsync(browser, app, "claims", Claim(tokens.IdToken.Subject))).Error);
        foreach (var wrong in new[] { bob.IdToken.Subject, elsewhere.IdToken.Subject, id, "x" })
        {
            Assert.Equal("login_required", (await SilentAsync(browser, app, "claims", Claim(wrong))).Error);
        }
    }

    [Fact]
    public async Task A_sign_out_with_its_hint_asks_nothing()
    {
        var app = Seed.Pairwise(Issuer);
        var (tokens, browser) = await SignInAsync(app);
        var back = Uri.EscapeDataString("https://discreet.example.test/bye");
        var page = await browser.OpenAsync($"/connect/endsession?id_token_hint={tokens.Text("id_token")}&post_logout_redirect_uri={back}");
        Assert.Equal("https://discreet.example.test/bye", page.LeftTo?.ToString());
    }

    private static string Claim(string subject) => "{\"id_token\":{\"sub\":{\"value\":\"" + subject + "\"}}}";

    private static Task<AuthorizationAnswer> SilentAsync(Browser browser, ClientApp app, string name, string value) =>
        browser.AuthorizeAsync(app, "openid", [("prompt", "none"), (name, value)]);

    private static string Payload(string token) =>
        Encoding.UTF8.GetString(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.Split('.')[1]));

    private async Task<(TokenAnswer Tokens, Browser Browser)> SignInAsync(ClientApp app, Person? person = null)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person ?? Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email offline_access"));
        Assert.True(tokens.IsOk, tokens.Body);
        return (tokens, browser);
    }
}

public sealed class PairwiseOnSqliteTests(SqliteHost fixture) : PairwiseTests(fixture), IClassFixture<SqliteHost>;

public sealed class PairwiseOnPostgresTests(PostgresHost fixture) : PairwiseTests(fixture), IClassFixture<PostgresHost>;
