using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.MyAccount;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>The download of what is stored about a person, and the deletion of the account.</summary>
public abstract class DataPagesTests(HostFixture fixture)
{
    private const string Delete = "/account/data/delete";

    [Fact]
    public async Task The_export_is_a_zip_with_a_page_and_json_and_without_secrets()
    {
        var visitor = await Visitor.NewAsync(fixture.Host, "<b>Vera</b>");
        await visitor.Browser.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer), "openid email");
        using var passkey = await Ceremony.EnrolAsync(fixture, visitor.Person.Email);
        using var zip = await ExportAsync(visitor);
        Assert.Equal(
            ["account.json", "activity.json", "apps.json", "index.html", "sessions.json", "sign_in.json"],
            zip.Entries.Select(e => e.FullName).Order());
        var account = await JsonAsync(zip, "account.json");
        Assert.Equal(visitor.Person.Email, account.GetProperty("email").GetString());
        Assert.Equal("<b>Vera</b>", account.GetProperty("claims").GetProperty("given_name").GetString());
        Assert.Equal("third-party", (await JsonAsync(zip, "apps.json"))[0].GetProperty("client_id").GetString());
        Assert.Equal(1, (await JsonAsync(zip, "sessions.json")).GetArrayLength());
        var signIn = await JsonAsync(zip, "sign_in.json");
        Assert.Equal("Test", signIn.GetProperty("passkeys")[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, signIn.GetProperty("authenticator_app_since").ValueKind);
        var kinds = (await JsonAsync(zip, "activity.json")).EnumerateArray().Select(e => e.GetProperty("kind").GetString()).ToList();
        Assert.Equal(["consent.given", "session.opened", "user.created", "user.data_exported"], kinds.Distinct().Order());

        var page = await TextAsync(zip, "index.html");
        Assert.Contains("&lt;b&gt;Vera", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>Vera", page, StringComparison.Ordinal);
        var secrets = await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == visitor.Person.Email)
            .Select(u => new[] { u.PasswordHash, u.SecurityStamp, u.ConcurrencyStamp }).SingleAsync());
        var hashes = await fixture.Host.WithDatabaseAsync(db => db.Sessions.Where(s => s.User!.Email == visitor.Person.Email)
            .Select(s => s.TokenHash).ToListAsync());
        foreach (var entry in zip.Entries)
        {
            var text = await TextAsync(zip, entry.FullName);
            Assert.All(secrets.Concat(hashes), secret => Assert.DoesNotContain(secret!, text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_page_has_ways_in_roles_theme_and_the_name_of_an_app_whose_access_was_taken_back()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var app = Seed.ThirdParty(fixture.Issuer);
        await visitor.Browser.AuthorizeAsync(app, "openid email");
        await visitor.Browser.SubmitAsync(
            await visitor.OpenAsync("/account/apps"), "/account/apps/withdraw", ("client", app.ClientId));
        await visitor.Browser.SubmitAsync(await visitor.OpenAsync("/account/profile"), "/account/profile/theme", ("theme", "dark"));
        using var passkey = await Ceremony.EnrolAsync(fixture, visitor.Person.Email);
        var id = await Ceremony.IdAsync(fixture, visitor.Person.Email);
        await fixture.Host.WithDatabaseAsync(db =>
        {
            db.UserLogins.Add(new() { UserId = id, LoginProvider = "https://login.example.test", ProviderKey = id.ToString("N") });
            return db.SaveChangesAsync();
        });

        using var zip = await ExportAsync(visitor);
        Assert.Equal("dark", (await JsonAsync(zip, "account.json")).GetProperty("theme").GetString());
        var page = await TextAsync(zip, "index.html");
        foreach (var told in new[] { "Passkeys", ">Test<", "Authenticator app", "https://login.example.test", "Light or dark", ">Dark<" })
        {
            Assert.Contains(told, page, StringComparison.Ordinal);
        }

        // The app is not connected any more, and events name it all the same.
        Assert.Equal(0, (await JsonAsync(zip, "apps.json")).GetArrayLength());
        Assert.Contains("Somebody else", page, StringComparison.Ordinal);
        Assert.DoesNotContain("third-party", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_access_of_an_app_ends_by_itself_api_and_export_say_until_when()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        await visitor.Browser.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer), "openid email");
        var subject = (await Ceremony.IdAsync(fixture, visitor.Person.Email)).ToString();
        var end = fixture.Time.GetUtcNow().UtcDateTime.Date.AddDays(30);
        await fixture.Host.WithDatabaseAsync(db => db.Authorizations.Where(a => a.Subject == subject).ExecuteUpdateAsync(
            set => set.SetProperty(a => a.Properties, ConsentColumns.Properties([], [], end, []))));

        using var zip = await ExportAsync(visitor);
        Assert.Equal(end, (await JsonAsync(zip, "apps.json"))[0].GetProperty("ends_at").GetDateTime());
        Assert.Contains(
            end.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), await TextAsync(zip, "index.html"), StringComparison.Ordinal);
        var api = await ApiClient.SignInAsync(fixture.Host, visitor.Person, "openid account:read");
        var listed = (await api.GetAsync("/v1/account/apps")).Json.GetProperty("apps").EnumerateArray()
            .ToDictionary(one => one.GetProperty("client_id").GetString()!, one => one.GetProperty("ends_at"));
        Assert.Equal(end, listed["third-party"].GetDateTime());
        Assert.Equal(JsonValueKind.Null, listed["console"].ValueKind);
    }

    [Fact]
    public async Task Everything_of_a_long_life_is_in_the_export()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        await fixture.Host.WithDatabaseAsync(async db =>
        {
            var id = await db.Users.Where(u => u.Email == visitor.Person.Email).Select(u => u.Id).SingleAsync();
            db.AuditEvents.AddRange(Enumerable.Range(0, 1200).Select(i => new Data.Entities.AuditEvent
            {
                Id = Guid.CreateVersion7(),
                OccurredAt = fixture.Time.GetUtcNow().UtcDateTime.AddMinutes(-i / 3),
                Kind = "user.updated",
                SubjectId = id,
                ActorId = id, Detail = "n" + i,
            }));
            return await db.SaveChangesAsync();
        });
        using var zip = await ExportAsync(visitor);
        var details = (await JsonAsync(zip, "activity.json")).EnumerateArray().Select(e => e.GetProperty("detail").GetString())
            .Where(d => d?.StartsWith('n') == true).ToList();
        Assert.Equal((1200, 1200), (details.Count, details.Distinct().Count()));
    }

    [Fact]
    public async Task Export_and_deletion_need_a_recent_sign_in()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var (data, delete) = (await visitor.OpenAsync("/account/data"), await visitor.OpenAsync(Delete));
        fixture.Time.Advance(TimeSpan.FromMinutes(6));
        foreach (var (form, path) in new[] { (data, "/account/data/export"), (delete, Delete) })
        {
            var asked = await visitor.Browser.SubmitAsync(form, path, ("email", visitor.Person.Email));
            Assert.Equal("/signin", asked.Address.AbsolutePath);
            Assert.Contains("Sign in again", asked.Document.Title!, StringComparison.Ordinal);
        }

        var again = await visitor.Browser.OpenAsync(Delete);
        Assert.Equal("/signin", again.Address.AbsolutePath);
        Assert.Equal(Delete, (await visitor.SignInAgainAsync(again)).Address.AbsolutePath);
        using var zip = await ExportAsync(visitor);
        Assert.NotEmpty(zip.Entries);
    }

    [Fact]
    public async Task A_deleted_account_is_closed_at_once_and_gone_after_two_weeks()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var other = await visitor.ElsewhereAsync();
        var app = Seed.Web(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await other.AuthorizeAsync(app, "openid offline_access"));
        var wrong = await visitor.Browser.SubmitAsync(await visitor.OpenAsync(Delete), Delete, ("email", "not@it.example"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.True(await Visitor.IsInAsync(other));

        var closed = await visitor.Browser.SubmitAsync(wrong, Delete, ("email", visitor.Person.Email.ToUpperInvariant()));
        Assert.Equal("Your account is closed", closed.Document.QuerySelector("h1")!.TextContent);
        Assert.False(await Visitor.IsInAsync(visitor.Browser));
        Assert.False(await Visitor.IsInAsync(other));
        Assert.False((await app.RefreshAsync(tokens.RefreshToken)).IsOk);
        (await new ApiCaller(fixture.Issuer).LoginAsync(visitor.Person)).Expect(HttpStatusCode.Unauthorized, "invalid-credentials");

        fixture.Time.Advance(TimeSpan.FromDays(14) - TimeSpan.FromMinutes(1));
        await DeleteDueAsync();
        Assert.True(await ExistsAsync(visitor));
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await DeleteDueAsync();
        Assert.False(await ExistsAsync(visitor));
        Assert.Contains("do not match", (await fixture.Host.NewBrowser().SignInAsync(visitor.Person)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_signs_in_meanwhile_can_keep_the_account()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        await visitor.Browser.SubmitAsync(await visitor.OpenAsync(Delete), Delete, ("email", visitor.Person.Email));
        fixture.Time.Advance(TimeSpan.FromDays(13));
        var browser = fixture.Host.NewBrowser();
        // A wrong password learns nothing.
        var refused = await browser.SignInAsync(visitor.Person with { Password = "Not-It-At-All-1" });
        Assert.Contains("do not match", refused.Body, StringComparison.Ordinal);
        var offer = await browser.SignInAsync(visitor.Person);
        Assert.Equal("Keep your account?", offer.Document.QuerySelector("h1")!.TextContent);
        Assert.False(await Visitor.IsInAsync(browser));

        foreach (var ticket in new[] { "", "x", "CfDJ8AAAA" })
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await browser.SubmitAsync(offer, "/signin/keep", ("ticket", ticket))).Status);
        }

        var kept = await browser.SubmitAsync(offer, "/signin/keep");
        Assert.Contains("Your account stays", kept.Body, StringComparison.Ordinal);
        Assert.False(await Visitor.IsInAsync(browser));
        Assert.Equal("/", (await browser.SignInAsync(visitor.Person.Email, Visitor.Password, page: kept)).Address.AbsolutePath);
        Assert.False(await Visitor.IsInAsync(visitor.Browser));
        fixture.Time.Advance(TimeSpan.FromDays(2));
        await DeleteDueAsync();
        Assert.True(await ExistsAsync(visitor));
        // The same ticket keeps nothing a second time.
        var again = await fixture.Host.NewBrowser().SignInAsync(visitor.Person);
        Assert.Equal("/", again.Address.AbsolutePath);
    }

    [Fact]
    public async Task Who_is_disabled_by_an_admin_meanwhile_cannot_keep_the_account()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        await visitor.Browser.SubmitAsync(await visitor.OpenAsync(Delete), Delete, ("email", visitor.Person.Email));
        fixture.Time.Advance(TimeSpan.FromHours(1));
        var browser = fixture.Host.NewBrowser();
        var offer = await browser.SignInAsync(visitor.Person);
        var admin = await ApiClient.SignInAsync(fixture.Host, Seed.Carol);
        var user = (await admin.GetAsync("/v1/users?email=" + visitor.Person.Email)).Json.GetProperty("users")[0];
        var address = "/v1/users/" + user.GetProperty("id").GetString();
        (await admin.PatchAsync(address, new { disabled = true }, "*")).Expect(HttpStatusCode.OK);

        // The page that was open before is worth nothing, and there is no new one.
        await browser.SubmitAsync(offer, "/signin/keep");
        var refused = await fixture.Host.NewBrowser().SignInAsync(visitor.Person);
        Assert.Contains("do not match", refused.Body, StringComparison.Ordinal);
        var held = (await admin.GetAsync(address)).Json;
        Assert.True(held.GetProperty("disabled").GetBoolean());
        Assert.NotEqual(System.Text.Json.JsonValueKind.Null, held.GetProperty("delete_after").ValueKind);
        fixture.Time.Advance(TimeSpan.FromDays(14));
        await DeleteDueAsync();
        Assert.False(await ExistsAsync(visitor));
    }

    [Fact]
    public async Task An_admin_is_told_that_another_admin_can_delete_the_account()
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Carol);
        var page = await browser.OpenAsync("/account/data");
        Assert.Contains("Another administrator can delete", page.Body, StringComparison.Ordinal);
        var form = await browser.OpenAsync(Delete);
        Assert.Equal("/account/data", (await browser.SubmitAsync(form, Delete, ("email", Seed.Carol.Email))).Address.AbsolutePath);
        Assert.True(await Visitor.IsInAsync(browser));
    }

    private async Task<ZipArchive> ExportAsync(Visitor visitor)
    {
        var form = (await visitor.OpenAsync("/account/data")).Form("/account/data/export")!;
        using var content = new FormUrlEncodedContent(
            form.Elements.OfType<AngleSharp.Html.Dom.IHtmlInputElement>().Select(i => KeyValuePair.Create(i.Name!, i.Value)));
        using var answer = await visitor.Browser.Http.PostAsync("/account/data/export", content);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        return new ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()));
    }

    private static async Task<JsonElement> JsonAsync(ZipArchive zip, string name) => JsonElement.Parse(await TextAsync(zip, name));

    private static async Task<string> TextAsync(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(await zip.GetEntry(name)!.OpenAsync());
        return await reader.ReadToEndAsync();
    }

    private async Task DeleteDueAsync()
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<OwnDeletion>().DeleteDueAsync(default);
    }

    private Task<bool> ExistsAsync(Visitor visitor) =>
        fixture.Host.WithDatabaseAsync(db => db.Users.AnyAsync(u => u.Email == visitor.Person.Email));
}

public sealed class DataPagesOnSqlite(SqliteHost fixture) : DataPagesTests(fixture), IClassFixture<SqliteHost>;

public sealed class DataPagesOnPostgres(PostgresHost fixture) : DataPagesTests(fixture), IClassFixture<PostgresHost>;
