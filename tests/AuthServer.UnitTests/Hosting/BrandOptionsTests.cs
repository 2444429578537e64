using System.Text;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.Ui;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;

namespace AuthServer.UnitTests.Hosting;

public sealed class BrandOptionsTests : IDisposable
{
    private const string Svg = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>""";
    private readonly string _folder = Directory.CreateTempSubdirectory("brand-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>img-src and style-src of the pages name https alone.</summary>
    [Fact]
    public void What_a_page_loads_must_be_https()
    {
        const string http = "http://cdn.example/x";
        var problems = Check(new()
        {
            LogoUrl = http, LogoDarkUrl = http, FaviconUrl = http, Background = http, StylesheetUrl = new(http), PrivacyUrl = new(http),
            TermsUrl = new(http), HelpUrl = http,
        });
        Assert.Equal(
            ["BRAND_LOGO_URL", "BRAND_LOGO_DARK_URL", "BRAND_FAVICON_URL", "BRAND_BACKGROUND", "BRAND_STYLESHEET_URL"],
            problems.Select(l => l.Split(':')[0]));
    }

    [Fact]
    public void Https_is_fine()
    {
        const string https = "https://cdn.example/x";
        var options = new BrandOptions { LogoUrl = https, LogoDarkUrl = https, FaviconUrl = https, Background = https, Colour = "#1a7f4b" };
        Assert.Empty(Check(options));
        var brand = options.ToBranding();
        Assert.Equal((https, https, https, https), (brand.LogoUrl, brand.LogoDarkUrl, brand.FaviconUrl, brand.BackgroundUrl));
        Assert.Equal(Colour.Parse("#1a7f4b"), brand.Colour);
        Assert.Contains("""url("https://cdn.example/x")""", brand.Sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_served_by_their_content_and_the_sheet_names_them()
    {
        var options = new BrandOptions
        {
            LogoUrl = Write("logo.any", Svg), FaviconUrl = Write("icon", "\0\0\u0001\0icon"), Background = Write("b", "RIFF1234WEBPVP8 "),
            Font = Write("f", "wOF2 font"),
        };
        Assert.Empty(Check(options));
        var brand = options.ToBranding();
        var assets = new UiAssets(new Links("/auth"), brand);
        Assert.Equal(["background.webp", "brand-font.woff2", "favicon.ico", "logo.svg"], brand.Files.Select(file => file.Name).Order());
        Assert.Equal(assets.Url("logo.svg"), "/auth" + brand.LogoUrl);
        Assert.Equal(assets.Url("favicon.ico"), assets.IconUrl(brand));
        var sheet = Encoding.UTF8.GetString(assets.All.Single(asset => asset.Name == "brand.css").Content);
        Assert.Contains($"url(\"{Path.GetFileName(assets.Url("brand-font.woff2"))}\")", sheet, StringComparison.Ordinal);
        Assert.Contains($"url(\"{Path.GetFileName(assets.Url("background.webp"))}\")", sheet, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>", "an element script")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "an attribute onload")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><foreignObject/></svg>", "an element foreignObject")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><a href=\"javascript:alert(1)\"/></svg>", "an element a")]
    [InlineData("<?xml-stylesheet href=\"https://evil.example/x.css\"?><svg/>", "an instruction xml-stylesheet")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a \"b\">]><svg xmlns=\"http://www.w3.org/2000/svg\">&a;</svg>", "DOCTYPE")]
    [InlineData("<?xml version=\"1.0\" encoding=\"shift_jis\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "the encoding shift_jis")]
    [InlineData("<html><svg/></html>", "no svg element")]
    [InlineData("<svg", "not well-formed")]
    [InlineData("GIF89a", "none of svg, png, webp, jpg")]
    [InlineData("wOF2 font", "none of svg, png, webp, jpg")]
    public void A_logo_that_no_browser_would_show_is_refused_with_a_cure(string content, string wrong)
    {
        var problem = Assert.Single(Check(new() { LogoUrl = Write("logo.svg", content) }));
        Assert.StartsWith("BRAND_LOGO_URL: ", problem, StringComparison.Ordinal);
        Assert.Contains(wrong, problem, StringComparison.Ordinal);
        Assert.Contains("; export it", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<style>@import \"https://evil.example/x.css\";</style>", "an @import")]
    [InlineData("<style>rect { fill: url( 'https://evil.example/x') }</style>", "outside of it")]
    [InlineData("<style><![CDATA[rect { fill: URL(//evil.example/x) }]]></style>", "outside of it")]
    [InlineData("<style>@\\69mport \"x\";</style>", "a backslash")]
    [InlineData("<rect style=\"background: url(/x)\"/>", "outside of it")]
    [InlineData("<rect fill=\"url(https://evil.example/x#y)\"/>", "outside of it")]
    [InlineData("<image href=\"https://evil.example/x.png\"/>", "outside of it")]
    [InlineData("<use xmlns:x=\"http://www.w3.org/1999/xlink\" x:href=\"other.svg#y\"/>", "outside of it")]
    [InlineData("<image href=\"data:image/svg+xml,x\"/>", "outside of it")]
    [InlineData("<set attributeName=\"href\" to=\"javascript:alert(1)\"/>", "an element set")]
    [InlineData("<rect><animate attributeName=\"fill\" values=\"red;blue\"/></rect>", "an element animate")]
    // What would divide or hide the words of a style.
    [InlineData("<style>@im<g/>port \"https://evil.example/x.css\";</style>", "an element inside of a style")]
    [InlineData("<style><title>x</title>@import \"x\";</style>", "an element inside of a style")]
    [InlineData("<style>@im<!-- -->port \"https://evil.example/x.css\";</style>", "an @import")]
    [InlineData("<style>@im<![CDATA[port]]> \"https://evil.example/x.css\";</style>", "an @import")]
    [InlineData("<style>rect { fill: u<![CDATA[rl(//evil.exa]]><!-- -->mple/x) }</style>", "outside of it")]
    [InlineData("<style>rect { fill: &#x75;rl(//evil.example/x) }</style>", "outside of it")]
    [InlineData("<style>rect { fill: url(/**/https://evil.example/x) }</style>", "outside of it")]
    [InlineData("<style>/* \" */ rect { fill: url(\"//evil.example/x\") } /* \" */</style>", "outside of it")]
    [InlineData("<rect fill=\"u\\72l(https://evil.example/x)\"/>", "a backslash")]
    [InlineData("<rect fill=\"\\75rl(https://evil.example/x)\"/>", "a backslash")]
    [InlineData("<rect clip-path=\"&#117;&#x72;l(https://evil.example/x)\"/>", "outside of it")]
    [InlineData("<rect fill=\"image-set('https://evil.example/x' 1x)\"/>", "image-set()")]
    [InlineData("<rect style=\"background: -webkit-image-set('//evil.example/x' 1x)\"/>", "-webkit-image-set()")]
    [InlineData("<rect style=\"background: src('//evil.example/x')\"/>", "src()")]
    [InlineData("<rect style=\"background: image('//evil.example/x')\"/>", "image()")]
    [InlineData("<style>@font-face { src: url(#a) }</style>", "an @font-face")]
    [InlineData("<style>@namespace 'x';</style>", "an @namespace")]
    [InlineData("<rect cursor=\"pointer\"/>", "an attribute cursor")]
    [InlineData("<use href=\" #a\"/>", "outside of it")]
    [InlineData("<use href=\"data:image/png;base64,AA==\"/>", "outside of it")]
    [InlineData("<image href=\"data:image/png,x\"/>", "outside of it")]
    [InlineData("<g xml:base=\"https://evil.example/\"><use href=\"#a\"/></g>", "xml:base")]
    [InlineData("<feImage href=\"#a\"/>", "an element feImage")]
    [InlineData("<x:note xmlns:x=\"urn:unknown\"/>", "an element note")]
    [InlineData("<g xmlns:x=\"urn:unknown\" x:onload=\"alert(1)\"/>", "an attribute onload")]
    [InlineData(
        "<i:note xmlns:i=\"http://www.inkscape.org/x\"><s:script xmlns:s=\"http://www.w3.org/2000/svg\"/></i:note>", "an element script")]
    [InlineData("<x:script xmlns:x=\"http://www.w3.org/2000/svg\">alert(1)</x:script>", "an element script")]
    [InlineData("<SCRIPT/>", "an element SCRIPT")]
    [InlineData("<rect ONLOAD=\"alert(1)\"/>", "an attribute ONLOAD")]
    [InlineData("<h:iframe xmlns:h=\"http://www.w3.org/1999/xhtml\"/>", "an element iframe")]
    [InlineData("<g><style>a{}</style><style>b{} @IMPORT 'x';</style></g>", "an @import")]
    public void A_picture_that_loads_or_runs_something_is_refused(string inside, string wrong) => Assert.Contains(
        wrong,
        Assert.Single(Check(new() { LogoUrl = Write("logo.svg", $"<svg xmlns=\"http://www.w3.org/2000/svg\">{inside}</svg>") })),
        StringComparison.Ordinal);

    [Fact]
    public void What_programs_that_draw_write_is_accepted()
    {
        const string drawn =
            """
            <?xml version="1.0"?>
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:i="http://www.inkscape.org/x" i:v="1">
              <metadata><i:note>C:\here</i:note></metadata><style>.a { fill: url(#g); font-family: "A" }</style>
              <linearGradient id="g"/><use xlink:href="#g"/><image href="data:image/png;base64,AA=="/><text>@import is a word here</text>
              <rect class="a" style="fill:url('#g')" font-family="A, B" aria-label="f(x)" transform="rotate(3) translateX(1)"/>
              <style>@media (prefers-color-scheme: dark) { .a:not(.b) { fill: var(--x, rgb(0 0 0)) } }</style>
            </svg>
            """;
        Assert.Empty(Check(new() { LogoUrl = Write("logo.svg", drawn) }));
    }

    [Fact]
    public void What_is_missing_too_large_or_no_value_is_refused_with_a_cure()
    {
        var large = Svg.Replace("<rect", new string(' ', 101 * 1024) + "<rect", StringComparison.Ordinal);
        var problems = Check(new()
        {
            Colour = "green", LogoUrl = Write("large.svg", large), LogoDarkUrl = Path.Combine(_folder, "none.svg"), Font = "Comic Sans",
            HelpUrl = "javascript:alert(1)", Background = "blue",
        });
        Assert.Equal(
            ["BRAND_COLOUR", "BRAND_LOGO_URL", "BRAND_LOGO_DARK_URL", "BRAND_BACKGROUND", "BRAND_FONT", "BRAND_HELP_URL"],
            problems.Select(l => l.Split(':')[0]));
        Assert.All(problems, problem => Assert.Contains("; ", problem, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Check(BrandOptions options)
    {
        var problems = new SettingProblems();
        options.Check(problems);
        return problems.Lines;
    }

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
