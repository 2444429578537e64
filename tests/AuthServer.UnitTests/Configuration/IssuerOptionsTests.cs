using AuthServer.Configuration;
using AuthServer.Ui;

namespace AuthServer.UnitTests.Configuration;

public sealed class IssuerOptionsTests
{
    [Theory]
    [InlineData("https://id.example.com")]
    [InlineData("https://id.example.com/")]
    [InlineData("https://id.example.com:8443")]
    [InlineData("http://localhost:5080")]
    [InlineData("http://127.0.0.1:5080/")]
    [InlineData("http://[::1]:5080")]
    public void An_origin_is_an_issuer(string text) => Assert.Empty(ProblemsOf(text));

    [Theory]
    [InlineData("https://id.example.com/..")]
    [InlineData("https://id.example.com/.")]
    [InlineData("https://id.example.com//")]
    [InlineData("https://id.example.com/a/..")]
    [InlineData("https://id.example.com/%2e%2e")]
    [InlineData("https://id.example.com/a//b")]
    [InlineData("https://id.example.com/a/./b")]
    [InlineData("https://id.example.com/a%20b")]
    [InlineData("https://id.example.com/a;b")]
    [InlineData("https://id.example.com/\u00e4")]
    [InlineData("https://id.example.com?")]
    [InlineData("https://id.example.com#")]
    [InlineData("https://@id.example.com")]
    [InlineData("https://user@id.example.com")]
    [InlineData("https://id.example.com:")]
    public void What_follows_the_port_is_a_plain_path_or_is_refused(string text) => Assert.Single(ProblemsOf(text));

    [Theory]
    [InlineData("https://example.com/auth", "https://example.com/auth", "/auth")]
    [InlineData("https://example.com/auth/", "https://example.com/auth", "/auth")]
    [InlineData("https://example.com:8443/a.b/c-d_e~f/", "https://example.com:8443/a.b/c-d_e~f", "/a.b/c-d_e~f")]
    [InlineData("http://[::1]:5080/id", "http://[::1]:5080/id", "/id")]
    [InlineData("https://example.com/healthy", "https://example.com/healthy", "/healthy")]
    public void An_issuer_may_have_a_path(string text, string issuer, string path)
    {
        var options = new IssuerOptions { ApiBaseUrl = new Uri(text) };
        var problems = new SettingProblems();
        options.Check(problems);
        Assert.Empty(problems.Lines);
        Assert.Equal((issuer, path), (options.IssuerText, options.BasePath));
    }

    /// <summary>A proxy may take the path away: an address of ours would be one of two things.</summary>
    [Theory]
    [InlineData("https://example.com/v1")]
    [InlineData("https://example.com/health/")]
    [InlineData("https://example.com/connect/id")]
    [InlineData("https://example.com/.well-known/id")]
    public void A_path_that_hides_addresses_of_ours_is_refused(string text) =>
        Assert.Contains("addresses of its own", Assert.Single(ProblemsOf(text)), StringComparison.Ordinal);

    [Fact]
    public void No_address_of_ours_begins_with_a_base_path()
    {
        string[] all =
        [
            .. new[] { typeof(PagePaths), typeof(ProtocolPaths), typeof(ApiPaths) }.SelectMany(t => t.GetFields())
                .Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!), UiAssets.Path,
        ];
        Assert.True(all.Length > 20);
        Assert.All(all, path => Assert.NotNull(BasePaths.Taken("/" + path.Split('/')[1])));
    }

    /// <summary>.NET takes more names for this machine than a browser does; one that a browser looks up by DNS can lead anywhere.</summary>
    [Theory]
    [InlineData("http://loopback:5080")]
    [InlineData("http://127.1:5080")]
    [InlineData("http://127.0.0.2:5080")]
    [InlineData("http://2130706433")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://localhost.:5080")]
    [InlineData("http://localhost.example.com")]
    [InlineData("http://id.example.com")]
    public void Plain_http_is_for_the_three_names_of_this_machine(string text) =>
        Assert.Contains("is http and not on this machine", Assert.Single(ProblemsOf(text)), StringComparison.Ordinal);

    private static IReadOnlyList<string> ProblemsOf(string text)
    {
        var problems = new SettingProblems();
        new IssuerOptions { ApiBaseUrl = new Uri(text) }.Check(problems);
        return problems.Lines;
    }
}
