using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AuthServer.Email.Letters;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.UnitTests.Email;

/// <summary>Mails as they are read. They are also written to look at: bin/.../gallery-mails/NAME.html.</summary>
public sealed class MailDrawingTests
{
    private const string Hostile = "<b onload=x>\"&\r\nBcc: eve@example.net";

    /// <summary>What Gmail cuts off.</summary>
    private const int LongestHtml = 100_000;

    [Fact]
    public async Task Every_mail_says_the_same_as_html_and_as_text_and_needs_nothing_from_elsewhere()
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "gallery-mails"));
        foreach (var (name, component, model) in MailStates.All)
        {
            var mail = await DrawAsync(new(component, model), "Northwind");
            var file = Path.Combine(folder.FullName, name);
            await File.WriteAllTextAsync(file + ".html", mail.Html, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(file + ".txt", mail.Text, TestContext.Current.CancellationToken);
            var document = new HtmlParser().ParseDocument(mail.Html);
            Assert.StartsWith("<!DOCTYPE html>", mail.Html.TrimStart(), StringComparison.Ordinal);
            Assert.Equal("en", document.DocumentElement.GetAttribute("lang"));
            Assert.NotEmpty(mail.Subject);
            Assert.InRange(mail.Html.Length, 1000, LongestHtml);
            Assert.Empty(document.QuerySelectorAll("script, img, link, iframe, form, object"));
            Assert.DoesNotContain("url(", mail.Html, StringComparison.Ordinal);
            Assert.All(
                document.QuerySelectorAll("a"), a => Assert.StartsWith("https://", a.GetAttribute("href")!, StringComparison.Ordinal));
            Assert.All(document.QuerySelectorAll("table"), table => Assert.Equal("presentation", table.GetAttribute("role")));

            var text = mail.Text.ReplaceLineEndings(" ");
            // The text part has the address of a button anyway, and no button that might not work.
            var said = document.QuerySelectorAll("h1, p:not(.address), td.fact-name, td.fact-value, a");
            foreach (var line in said.Select(e => e.TextContent.Trim()))
                Assert.Contains(line, text, StringComparison.Ordinal);
            Assert.DoesNotContain('<', mail.Text);
            Assert.DoesNotContain(mail.Text, c => char.IsControl(c) && c != '\n');
            Assert.DoesNotContain("\n\n\n", mail.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Help_privacy_and_terms_of_the_brand_stand_at_the_foot()
    {
        var (html, text) = await DrawAsync(new Branding
        {
            HelpUrl = "mailto:help@example.com", PrivacyUrl = "https://example.com/privacy", TermsUrl = "https://example.com/terms",
        });
        foreach (var (label, address) in new[]
        {
            ("Help", "mailto:help@example.com"), ("Privacy", "https://example.com/privacy"), ("Terms", "https://example.com/terms"),
        })
        {
            Assert.Equal(label, html.QuerySelector($"a[href='{address}']")!.TextContent);
            Assert.Contains($"{label}: {address}", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("en", "padding:6px 16px 6px 20px")]
    [InlineData("ar", "padding:6px 20px 6px 16px")]
    public async Task The_sides_of_a_fact_are_those_of_the_language(string language, string padding)
    {
        var letter = new NewSignInLetter("alice@example.org", null, null, default, null, "192.0.2.7", null, "https://id.example.com/");
        Assert.Contains(padding, (await DrawAsync(letter.Page, "Northwind", language)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_stands_in_a_value_stays_text()
    {
        var letter = new NewSignInLetter(
            "alice@example.org", null, null, default, Hostile, Hostile, Hostile, "https://id.example.com/?a=1&b=\"><script>");
        var mail = await DrawAsync(letter.Page, Hostile);
        var document = new HtmlParser().ParseDocument(mail.Html);
        Assert.Empty(document.QuerySelectorAll("script, [onload]"));
        Assert.Equal("https://id.example.com/?a=1&b=\"><script>", document.QuerySelector("a")!.GetAttribute("href"));
        // A text part is no HTML: the signs stand as they are.
        Assert.Contains("<b onload=x>\"&", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xx-invalid-language-tag")]
    [InlineData("cs")]
    [InlineData(null)]
    public async Task A_language_without_texts_falls_back_with_its_dates(string? language)
    {
        var letter = new NewSignInLetter(
            "alice@example.org", language, null, new DateTime(2026, 11, 29, 15, 4, 5, DateTimeKind.Utc), null, null, null, "https://x");
        var mail = await DrawAsync(letter.Page, "Northwind", language);
        Assert.Contains("November 29, 2026", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Facts_that_are_not_known_are_left_out()
    {
        var letter = new NewSignInLetter("alice@example.org", null, null, default, null, null, null, "https://x");
        var mail = await DrawAsync(letter.Page, "Northwind");
        Assert.DoesNotContain("Device", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("IP address", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_logo_is_loaded_from_the_server_and_the_name_stands_in_its_place_until_then()
    {
        var brand = new Branding
        {
            Name = "North & \"West\"", LogoUrl = "/assets/logo.1a2b.png", LogoDarkUrl = "https://cdn.example.com/dark.png",
        };
        var (html, text) = await DrawAsync(brand);
        var logos = html.QuerySelectorAll("img");
        Assert.Equal(
            ["https://id.example.com/auth/assets/logo.1a2b.png", "https://cdn.example.com/dark.png"],
            logos.Select(i => i.GetAttribute("src")));
        Assert.All(logos, logo => Assert.Equal(brand.Name, logo.GetAttribute("alt")));
        // A program that ignores the sheet shows one of them.
        Assert.Equal([false, true], logos.Select(i => i.GetAttribute("style")!.StartsWith("display:none;", StringComparison.Ordinal)));
        Assert.DoesNotContain("logo", text, StringComparison.OrdinalIgnoreCase);

        // What Gmail and Outlook do not show.
        foreach (var address in new[] { "/assets/logo.1a2b.svg", "/assets/logo.1a2b.webp", "https://cdn.example.com/l.SVG?v=2" })
        {
            var (named, _) = await DrawAsync(brand with { LogoUrl = address });
            Assert.Empty(named.QuerySelectorAll("img"));
            Assert.Equal(brand.Name, named.QuerySelector("td.ink bdi")!.TextContent);
        }
    }

    [Theory]
    [InlineData("#ffd400")]
    [InlineData("#1a7f4b")]
    [InlineData("#000000")]
    [InlineData("#ffffff")]
    public async Task The_button_has_the_colour_of_the_brand_and_its_text_can_be_read(string colour)
    {
        var brand = new Branding { Name = "Northwind", Colour = Colour.Parse(colour)!.Value, Radius = 3 };
        var (html, _) = await DrawAsync(brand);
        var (cell, link) = (html.QuerySelector("td.button")!, html.QuerySelector("td.button a")!);
        var (light, dark) = (brand.Palette.Light, brand.Palette.Dark);
        Assert.Equal(light.Fill, cell.GetAttribute("bgcolor"));
        Assert.Contains("border-radius:3px", cell.GetAttribute("style")!, StringComparison.Ordinal);
        Assert.Contains($"color:{light.OnFill};", link.GetAttribute("style")!, StringComparison.Ordinal);
        var sheet = html.QuerySelector("style")!.TextContent;
        Assert.Contains($".button {{ background-color: {dark.Fill} !important;", sheet, StringComparison.Ordinal);
        foreach (var shades in new[] { light, dark })
        {
            Assert.True(Colour.Parse(shades.Fill)!.Value.Contrast(Colour.Parse(shades.OnFill)!.Value) >= 4.5, shades.ToString());
        }
    }

    private static async Task<(IHtmlDocument Html, string Text)> DrawAsync(Branding brand)
    {
        var letter = new AccountKeptLetter("alice@example.org", null, null, "https://id.example.com/account");
        var mail = await DrawAsync(letter.Page, brand);
        return (new HtmlParser().ParseDocument(mail.Html), mail.Text);
    }

    private static Task<DrawnMail> DrawAsync(LetterPage page, string brand, string? language = null) =>
        DrawAsync(page, new Branding { Name = brand }, language);

    private static Task<DrawnMail> DrawAsync(LetterPage page, Branding branding, string? language = null) =>
        DrawAsync(page.Component, page.Model, branding, language);

    internal static async Task<DrawnMail> DrawAsync(Type mail, MailModel model, Branding branding, string? language = null)
    {
        await using var services = new ServiceCollection().AddSingleton(branding)
            .AddSingleton(new AuthServer.Ui.Controls.Links(""))
            .AddSingleton(new MailLook(branding, "https://id.example.com/auth")).BuildServiceProvider();
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        return await new MailDrawing(scopes, NullLoggerFactory.Instance, branding, LanguageFiles.Read(null))
            .DrawAsync(mail, model, language);
    }
}
