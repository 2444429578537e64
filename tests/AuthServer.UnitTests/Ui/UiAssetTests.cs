using System.IO.Compression;
using System.Net;
using System.Text;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Controls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.UnitTests.Ui;

/// <summary>The files of the pages as a browser gets them, from a server of their own.</summary>
public sealed class UiAssetTests : IAsyncLifetime
{
    private readonly UiAssets _assets = new(new Links(""));
    private readonly HttpClient _client = new();
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddAuthServerUi();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.UseRouting();
        _app.MapUiAssets();
        _app.MapGet("/signin", () => new RazorComponentResult<SignInPage>(new { Model = new SignInModel { AppName = "Fieldnotes" } }));
        await _app.StartAsync();
        _client.BaseAddress = new Uri(_app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task Every_asset_answers_its_bytes_kept_for_ever()
    {
        Assert.NotEmpty(_assets.All);
        foreach (var asset in _assets.All)
        {
            using var response = await _client.GetAsync(_assets.Url(asset.Name));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(asset.Content, await response.Content.ReadAsByteArrayAsync());
            Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal(asset.ContentType, response.Content.Headers.ContentType!.ToString());
        }
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br;q=0.9", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task The_stylesheet_comes_in_an_encoding_the_browser_takes(string accepted, string? expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _assets.Url("pages.css"));
        request.Headers.Add("Accept-Encoding", accepted);
        using var response = await _client.SendAsync(request);
        Assert.Equal(expected, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        await using var body = await response.Content.ReadAsStreamAsync();
        await using Stream plain = expected switch { "br" => new BrotliStream(body, CompressionMode.Decompress), "gzip" => new GZipStream(
            body, CompressionMode.Decompress), _ => body };
        using var text = new StreamReader(plain);
        Assert.Equal(Encoding.UTF8.GetString(_assets.All.Single(asset => asset.Name == "pages.css").Content), await text.ReadToEndAsync());
    }

    [Fact]
    public async Task A_known_tag_is_answered_without_the_bytes()
    {
        using var first = await _client.GetAsync(_assets.Url("pages.css"));
        using var request = new HttpRequestMessage(HttpMethod.Get, _assets.Url("pages.css"));
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task A_hash_of_another_version_gets_todays_bytes_and_is_not_kept()
    {
        using var response = await _client.GetAsync("/assets/pages.0123456789abcdef.css");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("no-cache", response.Headers.GetValues("Cache-Control").Single());
    }

    [Theory]
    [InlineData("/assets/nothing.0123456789abcdef.css")]
    [InlineData("/assets/pages.css")]
    [InlineData("/assets/..%2fpages.0.css")]
    public async Task What_is_not_an_asset_is_not_found(string path)
    {
        using var response = await _client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public void The_stylesheet_names_fonts_that_exist()
    {
        var stylesheet = new ColourTokens().Stylesheet;
        foreach (var font in _assets.All.Where(asset => asset.ContentType == "font/woff2"))
            Assert.Contains($"url(\"{font.FileName}\")", stylesheet, StringComparison.Ordinal);
        Assert.Equal(2, stylesheet.Split("url(").Length - 1);
    }

    [Fact]
    public async Task The_page_of_a_real_server_names_assets_that_answer_and_holds_its_token()
    {
        var html = await _client.GetStringAsync("/signin");
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(html);
        Assert.Single(page.QuerySelectorAll("form input[name=__RequestVerificationToken]"));
        var addresses = page.QuerySelectorAll("link[href], script[src]").Select(element => element.GetAttribute("href")
            ?? element.GetAttribute("src")!).ToList();
        Assert.True(addresses.Count >= 4);
        foreach (var address in addresses)
        {
            using var response = await _client.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task Sign_in_with_stylesheet_script_and_font_stays_under_45_kilobytes()
    {
        var html = await _client.GetByteArrayAsync("/signin");
        var weight = html.Length + new[] { "pages.css", "pages.js", "icon.svg", "figtree.woff2" }
            .Select(name => _assets.All.Single(asset => asset.Name == name)).Sum(asset => (asset.Brotli ?? asset.Content).Length);
        Assert.True(weight < 45_000, $"{weight} bytes.");
        Assert.True(weight > 20_000, "A part is missing.");
    }
}
