using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AngleSharp.Html.Dom;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using SkiaSharp;

namespace AuthServer.IntegrationTests.Accounts.MyAccount;

/// <summary>The picture of a person: uploaded on the page and by the API, seen by everybody, gone with the account.</summary>
public abstract class PictureTests(HostFixture fixture)
{
    private const string Profile = "/account/profile", Upload = "/account/profile/picture", Remove = Upload + "/remove";
    private const string Api = "/v1/account/picture";

    private static readonly byte[] Png = Draw(SKColors.Teal), Other = Draw(SKColors.Tomato);

    [Fact]
    public async Task A_person_uploads_a_picture_which_apps_and_everybody_see()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var page = await UploadAsync(visitor, Png);
        Assert.Equal(Profile + "?done=saved", page.Address.PathAndQuery);
        var path = page.Document.QuerySelector(".picture img")!.GetAttribute("src")!;
        Assert.Matches("^/pictures/[A-Za-z0-9_-]{22}$", path);

        var app = Seed.Web(fixture.Issuer);
        var tokens = await app.RedeemCodeAsync(await visitor.Browser.AuthorizeAsync(app, "openid profile"));
        Assert.Equal(
            fixture.Issuer.Text + path, (await app.UserInfoAsync(tokens.AccessToken)).Json.GetProperty("picture").GetString());

        using var seen = await fixture.Issuer.Http.GetAsync(path);
        Assert.Equal("image/jpeg", seen.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", Header("X-Content-Type-Options"));
        Assert.Equal("default-src 'none'; sandbox", Header("Content-Security-Policy"));
        Assert.Equal("cross-origin", Header("Cross-Origin-Resource-Policy"));
        Assert.Equal("public, max-age=3600", Header("Cache-Control"));
        Assert.False(seen.Headers.Contains("Set-Cookie"));
        Assert.True((await seen.Content.ReadAsByteArrayAsync()).AsSpan().StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]));

        // The export has it, and says so in its activity by name alone.
        var form = (await visitor.OpenAsync("/account/data")).Form("/account/data/export")!;
        using var content = new FormUrlEncodedContent(Fields(form));
        using var export = await visitor.Browser.Http.PostAsync("/account/data/export", content);
        await using var zip = new ZipArchive(await export.Content.ReadAsStreamAsync());
        Assert.NotNull(zip.GetEntry("picture.jpg"));

        string Header(string name) => seen.Headers.GetValues(name).Single();
    }

    [Fact]
    public async Task A_new_picture_has_a_new_address_and_a_removed_one_is_gone()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var first = (await UploadAsync(visitor, Png)).Document.QuerySelector(".picture img")!.GetAttribute("src")!;
        var page = await UploadAsync(visitor, Other);
        var second = page.Document.QuerySelector(".picture img")!.GetAttribute("src")!;
        Assert.NotEqual(first, second);
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.OK), (await StatusAsync(first), await StatusAsync(second)));

        page = await visitor.Browser.SubmitAsync(page, Remove);
        Assert.Null(page.Document.QuerySelector(".picture img"));
        Assert.Equal("", page.Document.QuerySelector("#picture")?.GetAttribute("value") ?? "");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(second));

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync("/pictures/" + new string('a', 22)));

        // An address of another host takes the place of an upload.
        page = await UploadAsync(visitor, Png);
        first = page.Document.QuerySelector(".picture img")!.GetAttribute("src")!;
        await visitor.Browser.SubmitAsync(page, Profile, ("picture", "https://pictures.example/vera.jpg"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(first));
    }

    [Fact]
    public async Task The_picture_goes_with_the_account()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var path = (await UploadAsync(visitor, Png)).Document.QuerySelector(".picture img")!.GetAttribute("src")!;
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == visitor.Person.Email)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.DisabledAt, u => u.CreatedAt)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(path));
        await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == visitor.Person.Email).ExecuteDeleteAsync());
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(path));
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>")]
    [InlineData("<html><script>alert(1)</script>")]
    public async Task What_is_no_picture_is_refused_with_what_to_do(string file)
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var page = await UploadAsync(visitor, Encoding.UTF8.GetBytes(file));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains("Choose a JPEG or PNG", page.Document.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await UploadAsync(visitor, [])).Status);
    }

    [Fact]
    public async Task A_form_of_another_site_and_a_stranger_upload_nothing()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        using var forged = Form(Png);
        using var answer = await visitor.Browser.Http.PostAsync(Upload, forged);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null((await visitor.OpenAsync(Profile)).Document.QuerySelector(".picture img"));

        using var file = Form(Png);
        using var stranger = await fixture.Issuer.Http.PostAsync(Upload, file);
        Assert.Equal("/signin", stranger.Headers.Location!.OriginalString);
        using var large = Form(new byte[6 * 1024 * 1024]);
        using var refused = await visitor.Browser.Http.PostAsync(Upload, large);
        Assert.True(refused.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, refused.StatusCode.ToString());
    }

    [Fact]
    public async Task Nobody_uploads_without_end()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var status = HttpStatusCode.OK;
        for (var uploads = 0; uploads < 21; uploads++) status = (await UploadAsync(visitor, "x"u8.ToArray())).Status;
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        var other = await Visitor.NewAsync(fixture.Host);
        Assert.Equal(HttpStatusCode.OK, (await UploadAsync(other, Png)).Status);
    }

    [Fact]
    public async Task An_app_of_the_operator_uploads_and_removes()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        var api = await ApiClient.SignInAsync(fixture.Host, visitor.Person, "openid account:read account:write");
        var (status, body) = await PutAsync(api, Png, "image/png");
        Assert.True(status == HttpStatusCode.OK, body);
        var profile = await api.GetAsync("/v1/account/profile");
        Assert.Contains(profile.Json.GetProperty("picture").GetString()!, body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(profile.Json.GetProperty("picture").GetString()!));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PutAsync(api, Png, "image/svg+xml")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutAsync(api, "<svg/>"u8.ToArray(), "image/png")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(api, [], "image/png")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(api, new byte[(5 * 1024 * 1024) + 1], "image/png")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.DeleteAsync(Api)).Status);
        Assert.False((await api.GetAsync("/v1/account/profile")).Json.TryGetProperty("picture", out _));
    }

    [Fact]
    public async Task The_theme_of_an_account_is_that_of_every_browser_it_signs_in_with()
    {
        var visitor = await Visitor.NewAsync(fixture.Host);
        Assert.Null(await ThemeAsync(visitor.Browser));
        await visitor.Browser.SubmitAsync(await visitor.OpenAsync(Profile), Profile + "/theme", ("theme", "dark"));
        Assert.Equal("dark", await ThemeAsync(visitor.Browser));
        var other = fixture.Host.NewBrowser();
        Assert.Null(await ThemeAsync(other));
        await other.SignInAsync(visitor.Person);
        Assert.Equal("dark", await ThemeAsync(other));
        // What no page offers changes nothing.
        await visitor.Browser.SubmitAsync(await visitor.OpenAsync(Profile), Profile + "/theme", ("theme", "\" onload=x"));
        Assert.Equal("dark", await ThemeAsync(visitor.Browser));
        await visitor.Browser.SubmitAsync(await visitor.OpenAsync(Profile), Profile + "/theme", ("theme", "system"));
        Assert.Null(await ThemeAsync(visitor.Browser));
    }

    private static async Task<string?> ThemeAsync(Browser browser) =>
        (await browser.OpenAsync("/")).Document.DocumentElement.GetAttribute("data-theme");

    private async Task<HttpStatusCode> StatusAsync(string address)
    {
        using var answer = await fixture.Issuer.Http.GetAsync(address);
        return answer.StatusCode;
    }

    private static async Task<Page> UploadAsync(Visitor visitor, byte[] file)
    {
        var page = await visitor.OpenAsync(Profile);
        using var form = Form(file);
        foreach (var (name, value) in Fields(page.Form(Upload)!)) form.Add(new StringContent(value), name);
        return await visitor.Browser.FollowAsync(await visitor.Browser.Http.PostAsync(Upload, form));
    }

    private static MultipartFormDataContent Form(byte[] file)
    {
        var part = new ByteArrayContent(file);
        part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        return new MultipartFormDataContent { { part, "picture", "me.png" } };
    }

    private async Task<(HttpStatusCode Status, string Body)> PutAsync(ApiClient api, byte[] file, string type)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Api) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", api.AccessToken);
        using var answer = await fixture.Issuer.Http.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(IHtmlFormElement form) =>
        form.Elements.OfType<IHtmlInputElement>().Where(i => i.Type == "hidden").Select(i => KeyValuePair.Create(i.Name!, i.Value));

    private static byte[] Draw(SKColor colour)
    {
        using var bitmap = new SKBitmap(320, 200);
        bitmap.Erase(colour);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}

public sealed class PicturesOnSqlite(SqliteHost fixture) : PictureTests(fixture), IClassFixture<SqliteHost>;

public sealed class PicturesOnPostgres(PostgresHost fixture) : PictureTests(fixture), IClassFixture<PostgresHost>;
