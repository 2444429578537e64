using AuthServer.Configuration;

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
    [InlineData("https://id.example.com/id")]
    [InlineData("https://id.example.com?")]
    [InlineData("https://id.example.com#")]
    [InlineData("https://@id.example.com")]
    [InlineData("https://user@id.example.com")]
    [InlineData("https://id.example.com:")]
    public void Whatever_follows_the_port_is_refused(string text) => Assert.Single(ProblemsOf(text));

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
