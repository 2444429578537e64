using AngleSharp.Html.Parser;
using AuthServer.Email.Letters;
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

    private static async Task<DrawnMail> DrawAsync(LetterPage page, string brand, string? language = null)
    {
        var branding = new Branding { Name = brand };
        await using var services = new ServiceCollection().AddSingleton(branding)
            .AddSingleton(new AuthServer.Ui.Controls.Links("")).BuildServiceProvider();
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        return await new MailDrawing(scopes, NullLoggerFactory.Instance, branding, LanguageFiles.Read(null))
            .DrawAsync(page.Component, page.Model, language);
    }
}
