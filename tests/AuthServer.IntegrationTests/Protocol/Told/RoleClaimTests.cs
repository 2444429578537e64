using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Protocol.Told;

/// <summary>The claims roles and groups (RFC 9068 section 2.2.3.1), by scopes of these names.</summary>
public abstract class RoleClaimTests(ToldHost fixture)
{
    private static readonly string[] All = ["admin", "editor", "ops:night"];

    private Issuer Issuer => fixture.Host.Issuer;

    [Theory]
    [InlineData("openid roles", "roles")]
    [InlineData("openid groups", "groups")]
    [InlineData("openid groups roles", "groups roles")]
    [InlineData("openid profile email", "")]
    public async Task Each_scope_brings_its_claim_in_every_token_and_at_userinfo(string scope, string claims)
    {
        var expected = claims.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var tokens = await SignInAsync(fixture.Team, scope + " offline_access");
        await AssertToldAsync(fixture.Team, tokens, expected);
        await AssertToldAsync(fixture.Team, await fixture.Team.RefreshAsync(tokens.RefreshToken), expected);
    }

    [Fact]
    public async Task An_API_learns_them_from_its_token_and_by_introspection()
    {
        var tokens = await SignInAsync(fixture.Team, "openid roles notes:read", ToldHost.Dora, ("resource", Seed.Api));
        Assert.Equal([Seed.Api], new JsonWebToken(tokens.AccessToken).Audiences);
        Assert.Equal(All, Names(Payload(tokens.AccessToken), "roles"));
        var told = await Seed.ResourceServer(Issuer).IntrospectAsync(tokens.AccessToken);
        Assert.True(told.IsActive);
        Assert.Equal(All, Names(told.Json, "roles"));
        Assert.False(told.Json.TryGetProperty("groups", out _));
    }

    [Fact]
    public async Task Somebody_without_roles_has_empty_lists()
    {
        var tokens = await SignInAsync(fixture.Team, "openid roles groups", Seed.Bob);
        Assert.Empty(Names(Payload(tokens.Text("id_token")!), "roles")!);
        Assert.Empty(Names(Payload(tokens.AccessToken), "groups")!);
        Assert.Empty(Names((await fixture.Team.UserInfoAsync(tokens.AccessToken)).Json, "roles")!);
    }

    [Fact]
    public async Task A_refresh_and_userinfo_tell_the_roles_of_now()
    {
        var tokens = await SignInAsync(fixture.Team, "openid roles offline_access", Seed.Alice);
        Assert.Empty(Names(Payload(tokens.AccessToken), "roles")!);
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var role = await db.Roles.SingleAsync(r => r.Name == "editor");
            var alice = await db.Users.SingleAsync(u => u.Email == Seed.Alice.Email);
            db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = alice.Id, RoleId = role.Id });
            return await db.SaveChangesAsync();
        });
        Assert.Equal(["editor"], Names((await fixture.Team.UserInfoAsync(tokens.AccessToken)).Json, "roles"));
        var next = await fixture.Team.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(["editor"], Names(Payload(next.AccessToken), "roles"));
        Assert.Equal(["editor"], Names(Payload(next.Text("id_token")!), "roles"));
        await fixture.Host.WithDatabaseAsync(
            db => db.UserRoles.Where(r => db.Users.Any(u => u.Id == r.UserId && u.Email == Seed.Alice.Email)).ExecuteDeleteAsync());
        Assert.Empty(Names(Payload((await fixture.Team.RefreshAsync(next.RefreshToken)).AccessToken), "roles")!);
    }

    [Fact]
    public async Task A_client_is_told_of_no_role_beyond_those_of_its_registration()
    {
        var tokens = await SignInAsync(fixture.Board, "openid roles groups offline_access");
        foreach (var claims in new[]
        {
            Payload(tokens.AccessToken), Payload(tokens.Text("id_token")!), (await fixture.Board.UserInfoAsync(tokens.AccessToken)).Json,
            (await fixture.Board.IntrospectAsync(tokens.AccessToken)).Json,
        })
        {
            Assert.Equal(["editor"], Names(claims, "roles"));
            Assert.Equal(["editor"], Names(claims, "groups"));
        }
    }

    [Fact]
    public async Task An_exchanged_token_tells_no_more_than_both_clients_may_know()
    {
        var tokens = await SignInAsync(fixture.Team, "openid roles groups notes:read", ToldHost.Dora, ("resource", Seed.Api));
        var exchanged = await fixture.Behind.TokenAsync(
        [
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("subject_token", tokens.AccessToken),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"), ("resource", Seed.Api),
        ]);
        Assert.True(exchanged.IsOk, exchanged.Body);
        Assert.Equal(["editor"], Names(Payload(exchanged.AccessToken), "roles"));
        Assert.Null(Names(Payload(exchanged.AccessToken), "groups"));
    }

    [Fact]
    public async Task A_client_that_is_registered_for_neither_is_told_nothing_even_one_by_one()
    {
        var single = ("claims", """{"id_token":{"roles":null,"groups":null},"userinfo":{"roles":null,"groups":null}}""");
        var tokens = await SignInAsync(fixture.Narrow, "openid profile roles groups", ToldHost.Dora, single);
        Assert.DoesNotContain("roles", tokens.Text("scope") ?? "", StringComparison.Ordinal);
        await AssertToldAsync(fixture.Narrow, tokens, []);
    }

    [Fact]
    public async Task A_claim_that_is_asked_for_alone_stands_where_it_was_asked_for()
    {
        var tokens = await SignInAsync(
            fixture.Team, "openid", ToldHost.Dora, ("claims", """{"id_token":{"roles":null},"userinfo":{"groups":null}}"""));
        Assert.Equal(All, Names(Payload(tokens.Text("id_token")!), "roles"));
        Assert.Null(Names(Payload(tokens.Text("id_token")!), "groups"));
        var told = (await fixture.Team.UserInfoAsync(tokens.AccessToken)).Json;
        Assert.Null(Names(told, "roles"));
        Assert.Equal(All, Names(told, "groups"));
        Assert.Null(Names(Payload(tokens.AccessToken), "roles"));
    }

    [Fact]
    public async Task Consent_asks_in_words()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(ToldHost.Dora);
        var page = (await browser.OpenAsync(fixture.Asking.NewRequest("openid roles groups").Address)).Document.Body!.TextContent;
        Assert.Contains("See your roles", page, StringComparison.Ordinal);
        Assert.Contains("See the groups that you belong to", page, StringComparison.Ordinal);
        (string, string?)[] single = [("claims", """{"userinfo":{"roles":null}}""")];
        page = (await browser.OpenAsync(fixture.Asking.NewRequest("openid", single).Address)).Document.Body!.TextContent;
        Assert.Contains("See your roles", page, StringComparison.Ordinal);
        Assert.DoesNotContain("groups", page, StringComparison.Ordinal);
    }

    /// <summary>Other programs name roles too; a header that is too long would make every request fail.</summary>
    [Fact]
    public async Task Roles_that_would_make_an_access_token_too_long_are_told_at_userinfo_alone()
    {
        var names = Enumerable.Range(0, 80).Select(i => $"department-{i:00}-{new string('x', 60)}").ToArray();
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var carol = await db.Users.SingleAsync(u => u.Email == Seed.Carol.Email);
            foreach (var name in names)
            {
                var role = new IdentityRole<Guid>(name) { Id = Guid.CreateVersion7(), NormalizedName = name };
                db.Roles.Add(role);
                db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = carol.Id, RoleId = role.Id });
            }

            return await db.SaveChangesAsync();
        });
        var tokens = await SignInAsync(fixture.Team, "openid roles", Seed.Carol);
        Assert.Null(Names(Payload(tokens.AccessToken), "roles"));
        Assert.Equal(["admin", .. names], Names((await fixture.Team.UserInfoAsync(tokens.AccessToken)).Json, "roles"));
    }

    private async Task AssertToldAsync(ClientApp app, TokenAnswer tokens, string[] expected)
    {
        Assert.True(tokens.IsOk, tokens.Body);
        foreach (var claims in new[]
        {
            Payload(tokens.AccessToken), Payload(tokens.Text("id_token")!), (await app.UserInfoAsync(tokens.AccessToken)).Json,
        })
        {
            foreach (var name in new[] { "roles", "groups" })
            {
                Assert.Equal(expected.Contains(name) ? All : null, Names(claims, name));
            }
        }
    }

    private static IEnumerable<string>? Names(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(role => role.GetString()!).ToList() : null;

    private static JsonElement Payload(string token) =>
        JsonElement.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.Split('.')[1]));

    private async Task<TokenAnswer> SignInAsync(
        ClientApp app, string scope, Person? person = null, params (string Name, string? Value)[] extra)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person ?? ToldHost.Dora);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, scope, extra));
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens;
    }
}

public sealed class RoleClaimOnSqliteTests(ToldHost.OnSqlite fixture) : RoleClaimTests(fixture), IClassFixture<ToldHost.OnSqlite>;

public sealed class RoleClaimOnPostgresTests(ToldHost.OnPostgres fixture) : RoleClaimTests(fixture), IClassFixture<ToldHost.OnPostgres>;
