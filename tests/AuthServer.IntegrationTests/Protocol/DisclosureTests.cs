using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>
/// What an app learns: scopes, single claims (OpenID Connect Core 5.5) and resources, by consent and by the registration of today.
/// </summary>
public abstract class DisclosureTests(HostFixture fixture)
{
    private static readonly string[] Private = ["email", "phone_number", "address", "birthdate", "given_name", "updated_at"];

    private Issuer Issuer => fixture.Host.Issuer;

    [Fact]
    public async Task Claims_beyond_the_registration_are_told_nowhere_however_they_are_asked_for()
    {
        var (app, browser) = (Seed.Modest(Issuer), await SignedInAsync(Seed.Alice));
        Assert.NotNull((await browser.AuthorizeAsync(app)).Code);
        var answer = await browser.AuthorizeAsync(app, "openid", [("prompt", "none"), ("claims", Claims(Private, Private))]);
        var tokens = await app.RedeemCodeAsync(answer);
        Assert.All(Private, claim => Assert.False(tokens.IdToken.TryGetPayloadValue<JsonElement>(claim, out _), claim));
        Assert.Equal(["sub"], await UserInfoNamesAsync(app, tokens.AccessToken));
        Assert.Null(
            await fixture.Host.WithDatabaseAsync(
                db => db.Sessions.Where(s => s.Id == Sid(tokens)).Select(s => s.RequestedClaims).SingleAsync()));
    }

    [Fact]
    public async Task A_single_claim_is_shown_asked_once_and_told_and_a_new_one_is_asked_again()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Alice));
        (string, string?)[] single = [("claims", Claims(["email"], ["birthdate"]))];
        Assert.NotNull((await browser.AuthorizeAsync(app)).Code);
        Assert.Equal("consent_required", (await browser.AuthorizeAsync(app, "openid", [.. single, ("prompt", "none")])).Error);

        var page = await browser.OpenAsync(app.NewRequest("openid", single).Address);
        Assert.Contains("date of birth", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("See your email address", page.Document.Body.TextContent, StringComparison.Ordinal);

        Assert.NotNull((await browser.AuthorizeAsync(app, "openid", single)).Code);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid", [.. single, ("prompt", "none")]));
        Assert.Equal("1990-04-01", tokens.IdToken.GetPayloadValue<string>("birthdate"));
        Assert.Equal(["sub", "email"], await UserInfoNamesAsync(app, tokens.AccessToken));

        var more = await browser.AuthorizeAsync(app, "openid", [("claims", Claims(["nickname"], ["birthdate"])), ("prompt", "none")]);
        Assert.Equal("consent_required", more.Error);
        // A scope that was allowed includes its claims.
        Assert.NotNull((await browser.AuthorizeAsync(app, "openid profile")).Code);
        Assert.NotNull((await browser.AuthorizeAsync(app, "openid", [("claims", Claims(["nickname"], [])), ("prompt", "none")])).Code);
    }

    [Fact]
    public async Task What_is_taken_from_the_registration_is_gone_at_userinfo_and_at_the_next_refresh()
    {
        var (app, browser) = (Seed.Shrinking(Issuer), await SignedInAsync(Seed.Alice));
        (string, string?)[] single = [("claims", Claims(["phone_number"], ["phone_number"]))];
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email offline_access notes:read", single));
        var forApi = await app.RedeemCodeAsync(
            await browser.AuthorizeAsync(app, "openid offline_access notes:read", [("resource", Seed.Api)]));
        Assert.Equal(["sub", "phone_number", "email", "email_verified"], await UserInfoNamesAsync(app, tokens.AccessToken));

        await RegisterAsync(app.ClientId, "openid", "offline_access");
        Assert.Equal(["sub"], await UserInfoNamesAsync(app, tokens.AccessToken));
        var next = await app.RefreshAsync(tokens.RefreshToken);
        Assert.Equal("openid offline_access", new JsonWebToken(next.AccessToken).GetPayloadValue<string>("scope"));
        Assert.False(next.Text("id_token") is { } text && new JsonWebToken(text).TryGetPayloadValue<string>("phone_number", out _));
        Assert.Equal("invalid_target", (await app.RefreshAsync(next.RefreshToken, ("resource", Seed.Api))).Error);
        Assert.Equal("invalid_target", (await app.RefreshAsync(forApi.RefreshToken)).Error);

        // What comes back to the registration was not shown when the claim was asked for without it.
        var later = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid", single));
        await RegisterAsync(app.ClientId, "openid", "email", "phone", "offline_access", "notes:read");
        Assert.Equal(["sub"], await UserInfoNamesAsync(app, later.AccessToken));
    }

    [Fact]
    public async Task Allow_allows_what_the_page_showed_whatever_the_form_is_made_to_say()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Carol));
        var page = await browser.OpenAsync(app.NewRequest("openid", [("prompt", "consent")]).Address);
        var more = app.NewRequest("openid email offline_access notes:read");
        var after = await browser.SubmitAsync(page, "/consent", ("returnUrl", more.Address), ("decision", "allow"));
        Assert.True(after.HasForm("/consent"));
        Assert.Equal("consent_required", (await browser.AuthorizeAsync(app, "openid email", [("prompt", "none")])).Error);
    }

    [Fact]
    public async Task A_consent_page_left_open_while_the_person_signed_out_or_another_signed_in_asks_anew()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Bob));
        var page = await browser.OpenAsync(app.NewRequest("openid", [("prompt", "consent")]).Address);
        await browser.SubmitAsync(await browser.OpenAsync("/signout"), "/signout");
        Assert.True((await browser.SubmitAsync(page, "/consent", ("decision", "allow"))).HasForm("/signin"));
        await browser.SignInAsync(Seed.Carol);
        var anew = await browser.SubmitAsync(page, "/consent", ("decision", "allow"));
        Assert.True(anew.HasForm("/consent"));
        Assert.Contains(Seed.Carol.Email, anew.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_resource_a_token_is_for_the_issuer_alone_and_with_one_for_that_alone()
    {
        var (app, browser) = (Seed.ThirdParty(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid email offline_access notes:read"));
        Assert.Equal([Issuer.Text], new JsonWebToken(tokens.AccessToken).Audiences);
        Assert.Equal("openid email offline_access", tokens.Text("scope"));
        Assert.True((await app.UserInfoAsync(tokens.AccessToken)).IsOk);

        var forApi = await app.RefreshAsync(tokens.RefreshToken, ("resource", Seed.Api));
        Assert.Equal([Seed.Api], new JsonWebToken(forApi.AccessToken).Audiences);
        Assert.Contains("notes:read", forApi.Text("scope") ?? "", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.UserInfoAsync(forApi.AccessToken)).Status);
    }

    [Fact]
    public async Task A_resource_that_the_authorization_did_not_name_is_refused_at_the_token_endpoint()
    {
        var (app, browser) = (Seed.Spa(Issuer), await SignedInAsync(Seed.Alice));
        var tokens = await app.RedeemCodeAsync(
            await browser.AuthorizeAsync(app, "openid offline_access notes:read", [("resource", Issuer.Text)]));
        Assert.Equal("invalid_target", (await app.RefreshAsync(tokens.RefreshToken, ("resource", Seed.Api))).Error);
    }

    /// <summary>RFC 8707 section 2: a resource is named by its address, and need not have scopes.</summary>
    [Fact]
    public async Task A_resource_without_a_scope_is_for_the_clients_that_are_registered_for_it_and_the_person_is_shown_it()
    {
        const string Plain = "https://plain.example.test";
        var (app, browser) = (Seed.Scopeless(Issuer), await SignedInAsync(Seed.Bob));
        (string, string?)[] named = [("resource", Plain)];
        var page = await browser.OpenAsync(app.NewRequest("openid", named).Address);
        Assert.Contains("plain.example.test", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access", named));
        Assert.Equal([Plain], new JsonWebToken(tokens.AccessToken).Audiences);
        Assert.Equal([Plain], new JsonWebToken((await app.RefreshAsync(tokens.RefreshToken)).AccessToken).Audiences);
        Assert.Equal([Plain], new JsonWebToken((await app.ClientCredentialsAsync(null, named[0])).AccessToken).Audiences);
        Assert.Equal("invalid_target", (await app.ClientCredentialsAsync(null, ("resource", Seed.Api))).Error);
        Assert.Equal("invalid_target", (await Seed.Machine(Issuer).ClientCredentialsAsync(null, named[0])).Error);
        Assert.Equal("invalid_target", (await browser.AuthorizeAsync(Seed.Spa(Issuer), "openid", named)).Error);
    }

    /// <summary>What was not named at the authorization endpoint may be named at the token endpoint, so the page has shown it.</summary>
    [Fact]
    public async Task Without_a_resource_the_person_is_shown_every_one_that_a_refresh_may_name()
    {
        const string Plain = "https://plain.example.test";
        var (app, browser) = (Seed.Scopeless(Issuer), await SignedInAsync(Seed.Carol));
        var page = await browser.OpenAsync(app.NewRequest("openid").Address);
        Assert.Contains("plain.example.test", page.Document.Body!.TextContent, StringComparison.Ordinal);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        Assert.Equal([Issuer.Text], new JsonWebToken(tokens.AccessToken).Audiences);
        Assert.Equal([Plain], new JsonWebToken((await app.RefreshAsync(tokens.RefreshToken, ("resource", Plain))).AccessToken).Audiences);
    }

    [Fact]
    public async Task A_default_of_the_registration_is_taken_where_no_resource_is_named()
    {
        var (app, browser) = (Seed.Web(Issuer), await SignedInAsync(Seed.Alice));
        var both = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid notes:read"));
        Assert.Equal([Issuer.Text, Seed.Api], new JsonWebToken(both.AccessToken).Audiences);
        Assert.True((await app.UserInfoAsync(both.AccessToken)).IsOk);
        // A resource that none of the scopes belongs to is no default.
        var alone = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid profile"));
        Assert.Equal([Issuer.Text], new JsonWebToken(alone.AccessToken).Audiences);
    }

    private static string Claims(string[] userInfo, string[] idToken) => JsonSerializer.Serialize(new
    {
        userinfo = userInfo.ToDictionary(c => c, _ => (object?)null), id_token = idToken.ToDictionary(c => c, _ => (object?)null),
    });

    private static Guid Sid(TokenAnswer tokens) => Guid.Parse(new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid"));

    private async Task<string[]> UserInfoNamesAsync(ClientApp app, string accessToken)
    {
        var answer = await app.UserInfoAsync(accessToken);
        Assert.True(answer.IsOk, answer.Body);
        return [.. answer.Json.EnumerateObject().Select(member => member.Name)];
    }

    /// <summary>Another program changes the registration; this one sees it once its copy is ten seconds old.</summary>
    private async Task RegisterAsync(string clientId, params string[] scopes)
    {
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var client = await db.Clients.SingleAsync(c => c.ClientId == clientId);
            var others = JsonSerializer.Deserialize<string[]>(client.Permissions!)!.Where(
                p => !p.StartsWith("scp:", StringComparison.Ordinal));
            client.Permissions = JsonSerializer.Serialize(others.Concat(scopes.Select(s => "scp:" + s)));
            return await db.SaveChangesAsync();
        });
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
    }

    private async Task<Browser> SignedInAsync(Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }
}

public sealed class DisclosureOnSqliteTests(SqliteHost fixture) : DisclosureTests(fixture), IClassFixture<SqliteHost>;

public sealed class DisclosureOnPostgresTests(PostgresHost fixture) : DisclosureTests(fixture), IClassFixture<PostgresHost>;
