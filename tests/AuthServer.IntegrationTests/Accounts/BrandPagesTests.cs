using System.Net;
using System.Text;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui.Gallery;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Accounts;

/// <summary>A server in Development with a brand, icons for passkeys, and an app of its operator that has a brand too.</summary>
public sealed class BrandedHost() : HostFixture(DatabaseKind.Sqlite)
{
    private const string Logo = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>""";
    // The signature of a PNG is all of it that a start looks at.
    private const string DarkIcon = "data:image/png;base64,iVBORw0KGgo=";

    /// <summary>The AAGUID of what the list of the operator names.</summary>
    public static readonly Guid Vault = new("5ca1ab1e-0000-4000-8000-00000000beef");

    private const string SeedText =
        """
        { "clients": [
          { "client_id": "shop", "client_name": "Shop", "token_endpoint_auth_method": "none", "first_party": true,
            "redirect_uris": ["https://shop.example.test/cb"], "scope": "openid",
            "policy_uri": "https://shop.example.test/privacy", "tos_uri": "https://shop.example.test/terms",
            "brand": { "colour": "#ffd400", "radius": 4, "logo_url": "https://shop.example.test/logo.svg",
              "favicon_url": "https://shop.example.test/icon.png", "help_url": "https://shop.example.test/help" } },
          { "client_id": "stranger", "client_name": "AuthPlatform", "token_endpoint_auth_method": "none",
            "redirect_uris": ["https://stranger.example.test/cb"], "scope": "openid", "logo_uri": "https://stranger.example.test/logo.svg" }
        ] }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("brand-").FullName;

    protected override HostSetup Prepare(HostSetup setup)
    {
        var (seed, logo) = (Path.Combine(_folder, "seed.json"), Path.Combine(_folder, "logo.svg"));
        var providers = Path.Combine(_folder, "aaguid.json");
        File.WriteAllText(seed, SeedText);
        File.WriteAllText(logo, Logo);
        var light = "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(Logo));
        File.WriteAllText(
            providers, $$"""{ "{{Vault}}": { "name": "Northwind Vault", "icon_dark": "{{DarkIcon}}", "icon_light": "{{light}}" } }""");
        return setup with
        {
            SeedFile = seed,
            Environment = "Development",
            Settings = new Dictionary<string, string>
            {
                ["BRAND_NAME"] = "Northwind", ["BRAND_COLOUR"] = "#1a7f4b", ["BRAND_LOGO_URL"] = logo, ["BRAND_RADIUS"] = "8",
                ["BRAND_HELP_URL"] = "mailto:help@example.test", ["PASSKEY_PROVIDERS_FILE"] = providers,
            },
        };
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class BrandPagesTests(BrandedHost host) : IClassFixture<BrandedHost>
{
    private readonly Browser _browser = host.Host.NewBrowser();

    [Fact]
    public async Task Pages_have_the_look_of_the_server()
    {
        var page = await _browser.OpenAsync("/signin");
        Assert.Equal("Sign in - Northwind", page.Document.Title);
        Assert.Contains("Help", page.Document.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("mailto:help@example.test", page.Document.QuerySelector("footer a")!.GetAttribute("href"));
        var sheet = Assert.Single(Sheets(page), address => address.Contains("/brand.", StringComparison.Ordinal));
        var css = await _browser.Http.GetStringAsync(sheet);
        Assert.Contains("--fill: #1a7f4b;", css, StringComparison.Ordinal);
        Assert.Contains("--radius: 8px;", css, StringComparison.Ordinal);
        var logo = page.Document.QuerySelector(".mark img")!.GetAttribute("src");
        Assert.Equal(logo, page.Document.QuerySelector("link[rel=icon]")!.GetAttribute("href"));
    }

    /// <summary>A browser runs nothing of an SVG in a page, and of one that is opened by itself neither.</summary>
    [Fact]
    public async Task The_logo_is_served_by_this_server_and_can_do_nothing()
    {
        var page = await _browser.OpenAsync("/signin");
        using var logo = await _browser.Http.GetAsync(page.Document.QuerySelector(".mark img")!.GetAttribute("src"));
        Assert.Equal("image/svg+xml", logo.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", logo.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("nosniff", logo.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; sandbox", logo.Headers.GetValues("Content-Security-Policy").Single());
    }

    /// <summary>PASSKEY_PROVIDERS_FILE: name and icon of what keeps a passkey.</summary>
    [Fact]
    public async Task A_passkey_has_the_name_and_the_icons_of_the_list_and_they_can_do_nothing()
    {
        var (person, browser) = await EnrolledPerson.RegisterAsync(host);
        using var device = await Ceremony.EnrolAsync(host, person.Email);
        await host.Host.WithDatabaseAsync(db => db.Passkeys.Where(p => p.CredentialId == device.CredentialId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Aaguid, BrandedHost.Vault)));
        var page = await browser.OpenAsync("/account/security");
        var card = page.Document.QuerySelector("section[aria-labelledby=passkeys-card]")!;
        Assert.Contains("Northwind Vault", card.TextContent, StringComparison.Ordinal);
        var (icon, dark) = (card.QuerySelector("picture img")!, card.QuerySelector("picture source")!);
        Assert.Equal("", icon.GetAttribute("alt"));
        Assert.Equal("(prefers-color-scheme: dark)", dark.GetAttribute("media"));
        foreach (var (address, type) in new[] { (icon.GetAttribute("src"), "image/svg+xml"), (dark.GetAttribute("srcset"), "image/png") })
        {
            using var served = await browser.Http.GetAsync(address);
            Assert.Equal(type, served.Content.Headers.ContentType!.ToString());
            Assert.Equal("public, max-age=31536000, immutable", served.Headers.GetValues("Cache-Control").Single());
            Assert.Equal("nosniff", served.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal(
                "default-src 'none'; style-src 'unsafe-inline'; sandbox", served.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    [Fact]
    public async Task Pages_on_the_way_to_an_own_app_look_like_it_and_name_the_server()
    {
        var page = await _browser.OpenAsync(Request("shop"));
        AssertOfShop(page);
        // The address of the form does not say the app; the form does.
        AssertOfShop(await _browser.SignInAsync("nobody@example.test", "Not-The-Password-1", page: page));
        AssertOfShop(await _browser.OpenAsync(page.Document.QuerySelector("a[href^='/signup']")!.GetAttribute("href")!));

        var sheet = Sheets(page).Last();
        Assert.StartsWith("/assets/app.css?colour=ffd400&radius=4&v=", sheet, StringComparison.Ordinal);
        using var answer = await _browser.Http.GetAsync(sheet);
        Assert.Equal("text/css; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.GetValues("Cache-Control").Single());
        Assert.Contains("--fill: #ffd400;", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var wrong = await _browser.Http.GetAsync("/assets/app.css?colour=red");
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
    }

    /// <summary>With everything that a browser loads for it, as it is compressed.</summary>
    [Fact]
    public async Task A_sign_in_page_with_a_brand_stays_under_60_kilobytes()
    {
        using var answer = await _browser.Http.GetAsync(Request("stranger"));
        var page = await _browser.FollowAsync(answer);
        var weight = page.Body.Length;
        var files = page.Document.QuerySelectorAll("link[href], script[src], img[src]")
            .Select(element => element.GetAttribute("href") ?? element.GetAttribute("src")!).Distinct().ToList();
        Assert.True(files.Count >= 5);
        foreach (var file in files)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, file);
            request.Headers.Add("Accept-Encoding", "br");
            using var loaded = await _browser.Http.SendAsync(request);
            weight += (await loaded.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync()).Length;
        }

        Assert.InRange(weight, 20_000, 60_000);
    }

    [Fact]
    public async Task An_app_of_somebody_else_changes_nothing()
    {
        var page = await _browser.OpenAsync(Request("stranger"));
        Assert.DoesNotContain("stranger.example.test", page.Document.QuerySelector(".mark")!.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain(Sheets(page), sheet => sheet.Contains("app.css", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_gallery_shows_every_page_and_mail_in_languages_and_themes()
    {
        var list = await _browser.OpenAsync("/dev/gallery?lang=ar&theme=dark");
        var addresses = list.Document.QuerySelectorAll(".gallery a").Select(link => link.GetAttribute("href")!).ToList();
        foreach (var state in PageStates.All)
        {
            var address = Assert.Single(addresses, a => a.StartsWith($"/dev/gallery/page/{state.Name}?", StringComparison.Ordinal));
            // As it is: some pages go on by themselves.
            using var page = await _browser.Http.GetAsync(address);
            Assert.Contains("<h1", await page.EnsureSuccessStatusCode().Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        foreach (var state in MailStates.All)
        {
            var address = Assert.Single(addresses, a => a.StartsWith($"/dev/gallery/mail/{state.Name}?", StringComparison.Ordinal));
            var page = await _browser.OpenAsync(address);
            var mail = await _browser.OpenAsync(page.Document.QuerySelector("iframe")!.GetAttribute("src")!);
            var root = mail.Document.DocumentElement;
            Assert.Equal(("ar", "rtl"), (root.GetAttribute("lang"), root.GetAttribute("dir")));
        }

        var html = (await _browser.OpenAsync("/dev/gallery/page/consent?lang=ar&theme=dark")).Document.DocumentElement;
        Assert.Equal(("ar", "rtl", "dark"), (html.GetAttribute("lang"), html.GetAttribute("dir"), html.GetAttribute("data-theme")));
        html = (await _browser.OpenAsync("/dev/gallery/page/consent?dir=rtl&theme=light")).Document.DocumentElement;
        Assert.Equal(("en", "rtl", "light"), (html.GetAttribute("lang"), html.GetAttribute("dir"), html.GetAttribute("data-theme")));
    }

    private static void AssertOfShop(Page page)
    {
        var logo = page.Document.QuerySelector(".mark img")!;
        Assert.Equal(("https://shop.example.test/logo.svg", "Shop"), (logo.GetAttribute("src"), logo.GetAttribute("alt")));
        Assert.EndsWith(" - Northwind", page.Document.Title, StringComparison.Ordinal);
        Assert.Contains("A page of Northwind", page.Document.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("https://shop.example.test/icon.png", page.Document.QuerySelector("link[rel=icon]")!.GetAttribute("href"));
        Assert.Equal(
            ["https://shop.example.test/help", "https://shop.example.test/privacy", "https://shop.example.test/terms"],
            page.Document.QuerySelectorAll("footer a").Select(link => link.GetAttribute("href")));
    }

    private static string Request(string client) => $"/connect/authorize?client_id={client}&response_type=code&scope=openid"
        + $"&redirect_uri=https%3A%2F%2F{client}.example.test%2Fcb&code_challenge_method=S256&code_challenge={new string('a', 43)}";

    private static IEnumerable<string> Sheets(Page page) =>
        page.Document.QuerySelectorAll("link[rel=stylesheet]").Select(link => link.GetAttribute("href")!);
}
