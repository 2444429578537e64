using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AuthServer.Ui;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Errors;

namespace AuthServer.UnitTests.Ui;

/// <summary>The pages that no component renders, beside the one of the same error that a component renders.</summary>
public sealed class KeptErrorPagesTests
{
    private static readonly Links Root = new("");
    private static readonly Branding Logo = new() { Name = "A & B", LogoUrl = "https://a.example/logo.svg", LogoDarkUrl = "/dark.svg" };

    public static TheoryData<int, string> Cases => new() { { 429, "" }, { 503, "" }, { 429, "logo" }, { 503, "logo" } };

    [Theory, MemberData(nameof(Cases))]
    public async Task A_kept_page_says_and_looks_like_the_rendered_one(int status, string brand)
    {
        var branding = brand == "logo" ? Logo : new Branding();
        var kept = Parse(PageOf(branding, status));
        var model = new ErrorModel { StatusCode = status, Reference = "7F3K-92QD" };
        var rendered = await PageRenderer.DocumentAsync(new("error", typeof(ErrorPage), model) { Brand = branding });
        Assert.Equal(rendered.Title, kept.Title);
        foreach (var selector in new[] { "h1", ".mark", ".lede" })
        {
            var (expected, found) = (rendered.QuerySelector(selector)!, kept.QuerySelector(selector)!);
            Assert.Equal(expected.TextContent.Trim(), found.TextContent.Trim());
        }

        foreach (var (selector, attribute) in new[]
            { ("html", "lang"), ("html", "dir"), ("link[rel=stylesheet]", "href"), ("link[rel=icon]", "href"), ("picture source", "srcset"),
                ("picture img", "src"), ("meta[name=viewport]", "content"), ("meta[name=color-scheme]", "content") })
        {
            Assert.Equal(
                rendered.QuerySelector(selector)?.GetAttribute(attribute), kept.QuerySelector(selector)?.GetAttribute(attribute));
        }

        Assert.Single(kept.QuerySelectorAll("main"));
        Assert.All(kept.QuerySelectorAll("img"), picture => Assert.True(picture.HasAttribute("alt")));
        Assert.Empty(kept.QuerySelectorAll("script, style, [style]"));
    }

    [Fact]
    public void What_an_operator_has_named_the_server_is_text_and_no_markup()
    {
        var kept = Parse(PageOf(new Branding { Name = "<script>alert(1)</script>" }, 503));
        Assert.Empty(kept.QuerySelectorAll("script"));
        Assert.Equal("<script>alert(1)</script>", kept.QuerySelector("bdi")!.TextContent);
    }

    private static string PageOf(Branding branding, int status)
    {
        var pages = new KeptErrorPages(branding, Root, new UiAssets(Root));
        return Encoding.UTF8.GetString((status == 429 ? pages.TooMany : pages.Busy).Span);
    }

    private static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);
}
