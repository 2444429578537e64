using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>The pages about one's own account: profile, password, and what an attacker meets there.</summary>
public abstract class MyAccountPagesTests(HostFixture fixture)
{
    private const string Markup = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";

    [Fact]
    public async Task Every_page_asks_a_stranger_to_sign_in_and_leads_back()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        foreach (var path in Visitor.Pages)
        {
            var browser = fixture.Host.NewBrowser();
            var page = await browser.OpenAsync(path);
            Assert.Equal("/signin", page.Address.AbsolutePath);
            Assert.Equal(path, (await browser.SignInAsync(visitor.Person.Email, Visitor.Password, page: page)).Address.AbsolutePath);
        }

        Assert.Contains("/account", (await visitor.OpenAsync("/")).Document.QuerySelector("a.primary")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("/account/profile")]
    [InlineData("/account/profile/picture/remove")]
    [InlineData("/account/profile/theme")]
    [InlineData("/account/profile/language")]
    [InlineData("/account/security/password")]
    [InlineData("/account/sessions/end")]
    [InlineData("/account/sessions/end-others")]
    [InlineData("/account/apps/withdraw")]
    [InlineData("/account/data/export")]
    [InlineData("/account/data/delete")]
    public async Task A_form_from_another_site_does_nothing(string path)
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var other = await visitor.ElsewhereAsync();
        using var forged = new FormUrlEncodedContent(
        [
            new("version", "1"), new("given_name", "Forged"), new("current_password", Visitor.Password),
            new("password", "Stolen-Kettle-77"), new("email", visitor.Person.Email), new("client", "spa"),
        ]);
        using var answer = await visitor.Browser.Http.PostAsync(path, forged);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(await Visitor.IsInAsync(other));
        Assert.DoesNotContain("Forged", Visitor.TextOf(await visitor.OpenAsync("/account/activity")), StringComparison.Ordinal);
        Assert.Equal("/", (await fixture.Host.NewBrowser().SignInAsync(visitor.Person)).Address.AbsolutePath);
    }

    [Fact]
    public async Task What_a_person_says_about_themselves_is_what_apps_learn()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var page = await visitor.Browser.SubmitAsync(
            await visitor.OpenAsync("/account/profile"), "/account/profile", ("given_name", " Zoë "), ("nickname", "Zo"),
            ("birthdate", "1990-05-04"), ("zoneinfo", "Europe/Berlin"), ("phone_number", "+44 20 7946-0958"),
            ("website", "https://zoe.example"), ("locality", "Berlin"));
        Assert.Equal("/account/profile?done=saved", page.Address.PathAndQuery);
        Assert.Equal("Your changes are saved.", page.Document.QuerySelector("[role=alert]")!.TextContent.Trim());

        await visitor.Browser.SubmitAsync(page, "/account/profile/language", ("locale", "en-GB"));

        var app = Seed.Web(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await visitor.Browser.AuthorizeAsync(app, "openid profile phone address"));
        var claims = (await app.UserInfoAsync(tokens.AccessToken)).Json;
        Assert.Equal(
            ("Zoë", "Zo", "1990-05-04", "Europe/Berlin", "en-GB", "+442079460958", "Zoë Visitor"),
            (Of("given_name"), Of("nickname"), Of("birthdate"), Of("zoneinfo"), Of("locale"), Of("phone_number"), Of("name")));
        Assert.Equal("Berlin", claims.GetProperty("address").GetProperty("locality").GetString());
        // An app that was not allowed the phone number does not learn it.
        var modest = await app.RedeemCodeAsync(await visitor.Browser.AuthorizeAsync(app, "openid profile"));
        Assert.False((await app.UserInfoAsync(modest.AccessToken)).Json.TryGetProperty("phone_number", out _));

        string? Of(string claim) => claims.GetProperty(claim).GetString();
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_nothing_is_saved()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var page = await visitor.Browser.SubmitAsync(
            await visitor.OpenAsync("/account/profile"), "/account/profile", ("given_name", "Vanessa"), ("birthdate", "yesterday"),
            ("picture", "javascript:alert(1)"), ("phone_number", "call me"), ("zoneinfo", "Middle/Earth"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Equal(
            ["birthdate", "phone_number", "picture", "zoneinfo"],
            page.Document.QuerySelectorAll("[aria-invalid]").Select(field => field.Id!).Order());
        Assert.Equal("Vanessa", page.Document.QuerySelector("#given_name")!.GetAttribute("value"));
        Assert.Equal("Vera", (await visitor.OpenAsync("/account/profile")).Document.QuerySelector("#given_name")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Of_two_tabs_the_second_to_save_is_told()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var (one, two) = (await visitor.OpenAsync("/account/profile"), await visitor.OpenAsync("/account/profile"));
        await visitor.Browser.SubmitAsync(one, "/account/profile", ("given_name", "One"));
        var late = await visitor.Browser.SubmitAsync(two, "/account/profile", ("given_name", "Two"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("changed meanwhile", Visitor.TextOf(late), StringComparison.Ordinal);
        // What was typed is there, and saves now.
        Assert.Equal("/account/profile?done=saved", (await visitor.Browser.SubmitAsync(late, "/account/profile")).Address.PathAndQuery);
        Assert.Equal("Two", (await visitor.OpenAsync("/account/profile")).Document.QuerySelector("#given_name")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Markup_in_stored_texts_stays_text_on_every_page()
    {
        var visitor = await Visitor.NewAsync(fixture.Host, Markup, "Mozilla/5.0 " + Markup);
        await visitor.Browser.SubmitAsync(
            await visitor.OpenAsync("/account/profile"), "/account/profile", ("nickname", Markup), ("locality", Markup), ("gender", "x"));
        await visitor.Browser.AuthorizeAsync(Seed.Spa(fixture.Issuer), "openid");
        foreach (var path in Visitor.Pages)
        {
            var page = await visitor.OpenAsync(path);
            Assert.All(page.Document.Scripts, script => Assert.StartsWith("/assets/", script.Source, StringComparison.Ordinal));
            Assert.Empty(page.Document.QuerySelectorAll("[onerror], [src=x]"));
            Assert.Contains("alert(1)", page.Body, StringComparison.Ordinal);
            Assert.Contains("no-store", page.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_new_password_needs_the_one_of_today_and_ends_other_sessions()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var other = await visitor.ElsewhereAsync();
        const string path = "/account/security/password", next = "Purple-Teapot-84";
        var form = await visitor.OpenAsync(path);

        var wrong = await visitor.Browser.SubmitAsync(form, path, ("current_password", "Not-It-At-All-1"), ("password", next));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal("current_password", Assert.Single(wrong.Document.QuerySelectorAll("[aria-invalid]")).Id);
        var missing = await visitor.Browser.SubmitAsync(form, path, ("current_password", ""), ("password", "short"));
        Assert.Equal(["current_password", "password"], missing.Document.QuerySelectorAll("[aria-invalid]").Select(f => f.Id));
        var own = await visitor.Browser.SubmitAsync(form, path, ("current_password", Visitor.Password), ("password", "Visitor-Visitor-1"));
        Assert.Equal("password", Assert.Single(own.Document.QuerySelectorAll("[aria-invalid]")).Id);
        Assert.True(await Visitor.IsInAsync(other));

        var done = await visitor.Browser.SubmitAsync(form, path, ("current_password", Visitor.Password), ("password", next));
        Assert.Equal("/account/security?done=password", done.Address.PathAndQuery);
        var words = Visitor.TextOf(done).Split(default(char[]), StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("Changed just now", string.Join(' ', words), StringComparison.Ordinal);
        Assert.True(await Visitor.IsInAsync(visitor.Browser));
        Assert.False(await Visitor.IsInAsync(other));
        Assert.Equal("/signin", (await fixture.Host.NewBrowser().SignInAsync(visitor.Person)).Address.AbsolutePath);
        Assert.Equal("/", (await fixture.Host.NewBrowser().SignInAsync(visitor.Person with { Password = next })).Address.AbsolutePath);
    }

    [Fact]
    public async Task A_page_asks_the_database_a_few_times_however_much_it_shows()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        for (var i = 0; i < 3; i++)
        {
            var other = await visitor.ElsewhereAsync();
            foreach (var app in new[] { Seed.Spa(fixture.Issuer), Seed.Web(fixture.Issuer), Seed.Patient(fixture.Issuer) })
            {
                await app.RedeemCodeAsync(await other.AuthorizeAsync(app, "openid offline_access"));
            }
        }

        // Each page asks for the session, too, and each card of the ways in for its own.
        foreach (var (path, most) in new[]
        {
            ("/account", 1), ("/account/profile", 2), ("/account/security", 8), ("/account/sessions", 3), ("/account/apps", 5),
            ("/account/activity", 3), ("/account/data", 2),
        })
        {
            await visitor.OpenAsync(path);
            var sql = await fixture.Host.Sql.MeasureAsync(() => visitor.OpenAsync(path));
            Assert.True(sql.Statements.Count <= most && sql.Commits == 0, $"{path}: {sql}");
        }
    }
}

public sealed class MyAccountPagesOnSqlite(SqliteHost fixture) : MyAccountPagesTests(fixture), IClassFixture<SqliteHost>;

public sealed class MyAccountPagesOnPostgres(PostgresHost fixture) : MyAccountPagesTests(fixture), IClassFixture<PostgresHost>;
