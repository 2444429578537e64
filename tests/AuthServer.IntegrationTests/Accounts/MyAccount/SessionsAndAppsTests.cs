using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>Where a person is signed in, which apps use the account, and what happened to it.</summary>
public abstract class SessionsAndAppsTests(HostFixture fixture)
{
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

    [Fact]
    public async Task The_list_says_this_browser_and_the_others_in_words()
    {
        var visitor = await Visitor.NewAsync(fixture.Host, userAgent: Firefox);
        var other = await visitor.ElsewhereAsync();
        await Seed.Web(fixture.Issuer).RedeemCodeAsync(await other.AuthorizeAsync(Seed.Web(fixture.Issuer), "openid offline_access"));
        var page = await visitor.OpenAsync("/account/sessions");
        var places = page.Document.QuerySelectorAll(".place");
        Assert.Equal(2, places.Length);
        Assert.Contains("Firefox on Windows", places[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("This browser", places[0].TextContent, StringComparison.Ordinal);
        Assert.Null(places[0].QuerySelector("form"));
        Assert.Contains("Linux", places[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("Web app", places[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", places[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_one_place_ends_its_apps_too()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var (other, third) = (await visitor.ElsewhereAsync(), await visitor.ElsewhereAsync());
        var app = Seed.Web(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await other.AuthorizeAsync(app, "openid offline_access"));
        var kept = await app.RedeemCodeAsync(await third.AuthorizeAsync(app, "openid offline_access"));
        var session = await PlaceWithAsync(visitor, "Web app");
        var page = await visitor.Browser.SubmitAsync(
            await visitor.OpenAsync("/account/sessions"), "/account/sessions/end", ("session", session.ToString()));
        Assert.Equal("/account/sessions?done=session", page.Address.PathAndQuery);
        // One of the two browsers that use the app: which one, the list does not say to this test.
        var ended = await Visitor.IsInAsync(other) ? third : other;
        Assert.False(await Visitor.IsInAsync(ended));
        Assert.Equal(ended == other, !(await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        Assert.Equal(ended == third, !(await app.RefreshAsync(kept.RefreshToken)).IsOk);
        Assert.True(await Visitor.IsInAsync(visitor.Browser));
    }

    [Fact]
    public async Task Another_persons_session_is_not_there()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var victim = await Visitor.NewAsync(fixture.Host);
        var id = await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.User!.Email == victim.Person.Email)
            .Select(s => s.Id).SingleAsync());
        await visitor.ElsewhereAsync();
        var page = await visitor.OpenAsync("/account/sessions");
        foreach (var wrong in new[] { id.ToString(), Guid.CreateVersion7().ToString(), "x", "" })
        {
            var answer = await visitor.Browser.SubmitAsync(page, "/account/sessions/end", ("session", wrong));
            Assert.Equal(HttpStatusCode.NotFound, answer.Status);
            Assert.Contains("not there any more", Visitor.TextOf(answer), StringComparison.Ordinal);
        }

        Assert.True(await Visitor.IsInAsync(victim.Browser));
    }

    [Fact]
    public async Task Signing_out_everywhere_else_keeps_this_browser_and_its_apps()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var other = await visitor.ElsewhereAsync();
        var app = Seed.Web(fixture.Issuer);
        var here = await app.RedeemCodeAsync(await visitor.Browser.AuthorizeAsync(app, "openid offline_access"));
        var there = await app.RedeemCodeAsync(await other.AuthorizeAsync(app, "openid offline_access"));
        var direct = await new ApiCaller(fixture.Issuer).LoginAsync(visitor.Person);
        var page = await visitor.Browser.SubmitAsync(await visitor.OpenAsync("/account/sessions"), "/account/sessions/end-others");
        Assert.Equal("/account/sessions?done=others", page.Address.PathAndQuery);
        Assert.Single(page.Document.QuerySelectorAll(".place"));
        Assert.False(await Visitor.IsInAsync(other));
        Assert.False((await app.RefreshAsync(there.RefreshToken)).IsOk);
        Assert.Equal(HttpStatusCode.Unauthorized, (await new ApiCaller(fixture.Issuer).RefreshAsync(direct.RefreshToken)).Status);
        Assert.True((await app.RefreshAsync(here.RefreshToken)).IsOk);
    }

    [Fact]
    public async Task Withdrawing_access_ends_the_app_and_asks_again_next_time()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var (app, other) = (Seed.ThirdParty(fixture.Issuer), Seed.Web(fixture.Issuer));
        var tokens = await app.RedeemCodeAsync(await visitor.Browser.AuthorizeAsync(app, "openid email offline_access notes:read"));
        var kept = await other.RedeemCodeAsync(await visitor.Browser.AuthorizeAsync(other, "openid offline_access"));
        var pending = await visitor.Browser.AuthorizeAsync(app, "openid");

        var page = await visitor.OpenAsync("/account/apps");
        Assert.Equal(["Somebody else's app", "Web app"], page.Document.QuerySelectorAll(".place h2").Select(h => h.TextContent));
        var card = page.Document.QuerySelector(".place")!.TextContent;
        Assert.Contains("third.example.test", card, StringComparison.Ordinal);
        Assert.Contains("See your email address", card, StringComparison.Ordinal);

        var after = await visitor.Browser.SubmitAsync(page, "/account/apps/withdraw", ("client", app.ClientId));
        Assert.Equal("/account/apps?done=app", after.Address.PathAndQuery);
        Assert.Equal("Web app", Assert.Single(after.Document.QuerySelectorAll(".place h2")).TextContent);
        Assert.False((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        Assert.False((await app.RedeemCodeAsync(pending)).IsOk);
        Assert.True((await other.RefreshAsync(kept.RefreshToken)).IsOk);
        var asked = await visitor.Browser.OpenAsync(app.NewRequest("openid").Address);
        Assert.True(asked.HasForm("/consent"), asked.ToString());
        // What is not connected cannot be withdrawn, and neither can what does not exist.
        foreach (var wrong in new[] { app.ClientId, "nobody", "" })
        {
            Assert.Equal(
                HttpStatusCode.NotFound, (await visitor.Browser.SubmitAsync(after, "/account/apps/withdraw", ("client", wrong))).Status);
        }
    }

    [Fact]
    public async Task Activity_is_told_in_words_and_by_pages()
    {
        var visitor = await Visitor.NewAsync(fixture.Host, userAgent: Firefox);
        for (var i = 0; i < 35; i++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await visitor.Browser.SubmitAsync(
                await visitor.OpenAsync("/account/profile"), "/account/profile", ("nickname", "V" + i));
        }

        var page = await visitor.OpenAsync("/account/activity");
        var lines = page.Document.QuerySelectorAll(".events li");
        Assert.Equal(30, lines.Length);
        Assert.Contains("Your profile was changed", lines[0].TextContent, StringComparison.Ordinal);
        Assert.Contains("Firefox on Windows", lines[0].TextContent, StringComparison.Ordinal);
        var older = await visitor.OpenAsync(page.Document.QuerySelector("a[href*=before]")!.GetAttribute("href")!);
        var rest = older.Document.QuerySelectorAll(".events li").Select(li => li.QuerySelector("b")!.TextContent).ToList();
        Assert.Equal(["The account was created", "You signed in"], rest[^2..].Order());
        Assert.Equal(35 - 30 + 2, rest.Count);
        Assert.Null(older.Document.QuerySelector("a[href*=before]"));
        Assert.Equal(30, (await visitor.OpenAsync("/account/activity?before=nonsense")).Document.QuerySelectorAll(".events li").Length);
    }

    [Fact]
    public async Task What_an_admin_did_is_told_without_where_the_admin_was()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var listed = (await admin.GetAsync("/v1/users?email=" + visitor.Person.Email)).Json.GetProperty("users")[0];
        (await admin.PatchAsync("/v1/users/" + listed.GetProperty("id").GetString(), new { first_name = "Renamed" }, "*"))
            .Expect(HttpStatusCode.OK);
        var page = await visitor.OpenAsync("/account/activity");
        var line = page.Document.QuerySelectorAll(".events li").Single(l => l.TextContent.Contains("profile", StringComparison.Ordinal));
        Assert.Contains("by an administrator", line.TextContent, StringComparison.Ordinal);
        Assert.Null(line.QuerySelector("bdi"));
    }

    private static async Task<Guid> PlaceWithAsync(Visitor visitor, string app)
    {
        var page = await visitor.OpenAsync("/account/sessions");
        var place = page.Document.QuerySelectorAll(".place").First(p => p.TextContent.Contains(app, StringComparison.Ordinal));
        return Guid.Parse(place.QuerySelector("input[name=session]")!.GetAttribute("value")!);
    }
}

public sealed class SessionsAndAppsOnSqlite(SqliteHost fixture) : SessionsAndAppsTests(fixture), IClassFixture<SqliteHost>;

public sealed class SessionsAndAppsOnPostgres(PostgresHost fixture) : SessionsAndAppsTests(fixture), IClassFixture<PostgresHost>;
