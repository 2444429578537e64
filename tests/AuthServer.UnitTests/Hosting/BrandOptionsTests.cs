using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;

namespace AuthServer.UnitTests.Hosting;

public sealed class BrandOptionsTests
{
    /// <summary>img-src and style-src of the pages name https alone.</summary>
    [Fact]
    public void What_a_page_loads_must_be_https()
    {
        var (problems, http) = (new SettingProblems(), new Uri("http://cdn.example/x"));
        new BrandOptions { LogoUrl = http, LogoDarkUrl = http, StylesheetUrl = http, PrivacyUrl = http, TermsUrl = http }.Check(problems);
        Assert.Equal(["BRAND_LOGO_URL", "BRAND_LOGO_DARK_URL", "BRAND_STYLESHEET_URL"], problems.Lines.Select(l => l.Split(':')[0]));
    }

    [Fact]
    public void Https_is_fine()
    {
        var (problems, https) = (new SettingProblems(), new Uri("https://cdn.example/x"));
        new BrandOptions { LogoUrl = https, LogoDarkUrl = https, StylesheetUrl = https }.Check(problems);
        Assert.Empty(problems.Lines);
    }
}
