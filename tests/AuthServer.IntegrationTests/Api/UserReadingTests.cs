using System.Net;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>GET /v1/users and /v1/users/{id}: who may read what.</summary>
public abstract partial class UserReadingTests(HostFixture fixture)
{
    private const string Users = "/v1/users";

    [Fact]
    public async Task A_person_reads_their_own_profile_and_nobody_elses()
    {
        var alice = await ApiClient.SignInAsync(fixture.Host, Seed.Alice);
        var me = (await alice.GetAsync(Users + "/me")).Expect(HttpStatusCode.OK);
        Assert.Equal(Seed.Alice.Email, me.Json.GetProperty("email").GetString());
        Assert.Equal(me.Body, (await alice.GetAsync($"{Users}/{me.Id}")).Expect(HttpStatusCode.OK).Body);

        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        var known = (await bob.GetAsync($"{Users}/{me.Id}")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        var unknown = (await bob.GetAsync($"{Users}/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        Assert.Equal(WithoutReference().Replace(known.Body, ""), WithoutReference().Replace(unknown.Body, ""));
        (await bob.GetAsync(Users)).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        (await alice.GetAsync(Users + "/not-an-id")).Expect(HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task An_admin_reads_anybody_and_learns_who_is_not_there()
    {
        var carol = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var alice = await (await ApiClient.SignInAsync(fixture.Host, Seed.Alice)).GetAsync(Users + "/me");
        Assert.Equal(alice.Body, (await carol.GetAsync($"{Users}/{alice.Id}")).Expect(HttpStatusCode.OK).Body);
        (await carol.GetAsync($"{Users}/{Guid.CreateVersion7()}")).Expect(HttpStatusCode.NotFound, "not-found");
        Assert.Equal("[\"admin\"]", (await carol.GetAsync(Users + "/me")).Json.GetProperty("roles").GetRawText());
    }

    [Fact]
    public async Task An_unchanged_representation_is_not_sent_again()
    {
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        var etag = (await bob.GetAsync(Users + "/me")).ETag;
        foreach (var condition in new[] { etag, "W/" + etag, "*", "\"x\", " + etag })
        {
            var answer = (await bob.GetAsync(Users + "/me", ("If-None-Match", condition))).Expect(HttpStatusCode.NotModified);
            Assert.Equal(etag, answer.ETag);
            Assert.Empty(answer.Body);
        }

        (await bob.GetAsync(Users + "/me", ("If-None-Match", "\"other\""))).Expect(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Without_a_valid_token_the_answer_is_a_challenge()
    {
        var nobody = new ApiClient(fixture.Issuer);
        Assert.Equal(
            "Bearer", (await nobody.GetAsync(Users)).Expect(HttpStatusCode.Unauthorized, "unauthorized").Header("WWW-Authenticate"));
        Assert.Equal(
            "Bearer", (await nobody.GetAsync(Users, ("Authorization", "Basic YTpi"))).Expect(HttpStatusCode.Unauthorized, "unauthorized")
                .Header("WWW-Authenticate"));
        foreach (var token in new[] { "x", "a.b.c", "", new string('a', 20_000) })
        {
            var refused = (await nobody.GetAsync(Users, ("Authorization", "Bearer " + token)))
                .Expect(HttpStatusCode.Unauthorized, "unauthorized");
            Assert.Equal("Bearer error=\"invalid_token\"", refused.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task Tokens_for_others_and_for_other_uses_are_refused()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Alice);
        var app = Seed.Directory(fixture.Issuer);
        var idToken = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid account:read"))).Text("id_token")!;
        var forIssuer = (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid"))).AccessToken;
        var forNotes = (
            await app.RedeemCodeAsync(
                await browser.AuthorizeAsync(app, "openid account:read notes:read", [("resource", Seed.Api)]))).AccessToken;
        var machine = (await Seed.Machine(fixture.Issuer).ClientCredentialsAsync("notes:read")).AccessToken;
        foreach (var token in new[] { idToken, forIssuer, forNotes, machine })
        {
            (await new ApiClient(fixture.Issuer, token).GetAsync(Users + "/me")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    [Fact]
    public async Task A_token_without_the_scope_is_told_which_one()
    {
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob, "openid account:write");
        var answer = (await bob.GetAsync(Users + "/me")).Expect(HttpStatusCode.Forbidden, "insufficient-scope");
        Assert.Equal("Bearer error=\"insufficient_scope\", scope=\"account:read\"", answer.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task A_token_lives_as_long_as_its_session_and_fifteen_minutes_at_most()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var app = Seed.Console(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess));
        var bob = new ApiClient(fixture.Issuer, tokens.AccessToken);
        (await bob.GetAsync(Users + "/me")).Expect(HttpStatusCode.OK);

        fixture.Time.Advance(TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(1));
        (await bob.GetAsync(Users + "/me")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
        var next = await app.RefreshAsync(tokens.RefreshToken);
        bob = bob with { AccessToken = next.AccessToken };
        (await bob.GetAsync(Users + "/me")).Expect(HttpStatusCode.OK);
        await app.RevokeAsync(next.RefreshToken);
        (await bob.GetAsync(Users + "/me")).Expect(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task Other_methods_and_unknown_paths_are_problems()
    {
        var nobody = new ApiClient(fixture.Issuer);
        var answer = (await nobody.SendAsync(HttpMethod.Patch, Users, "{}")).Expect(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        Assert.Equal(["GET", "HEAD", "POST"], answer.ContentHeaders.Allow.Order());
        (await nobody.GetAsync("/v1/nothing", ("Accept", "text/html"))).Expect(HttpStatusCode.NotFound, "not-found");
        (await nobody.GetAsync("/v1/auth/register")).Expect(HttpStatusCode.MethodNotAllowed, "method-not-allowed");
        var bob = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        var head = (await bob.SendAsync(HttpMethod.Head, Users + "/me", null)).Expect(HttpStatusCode.OK);
        Assert.Equal((await bob.GetAsync(Users + "/me")).ETag, head.ETag);
    }

    [GeneratedRegex("\"reference\":\"[^\"]*\"")]
    private static partial Regex WithoutReference();
}

public sealed class UserReadingOnSqlite(SqliteHost fixture) : UserReadingTests(fixture), IClassFixture<SqliteHost>;

public sealed class UserReadingOnPostgres(PostgresHost fixture) : UserReadingTests(fixture), IClassFixture<PostgresHost>;
