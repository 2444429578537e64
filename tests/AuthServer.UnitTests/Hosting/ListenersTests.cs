using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Hosting;

public sealed class ListenersTests
{
    [Fact]
    public void Without_an_address_it_is_5080_on_this_machine() => Assert.Equal(["http://localhost:5080"], Of());

    [Fact]
    public void Addresses_win_over_ports() =>
        Assert.Equal(["http://127.0.0.1:7000"], Of(("urls", "http://127.0.0.1:7000"), ("http_ports", "8080")));

    [Fact]
    public void A_port_alone_means_every_interface() =>
        Assert.Equal(["http://*:8080", "https://*:8443"], Of(("http_ports", "8080"), ("https_ports", "8443")));

    [Fact]
    public void Configured_endpoints_win_over_addresses() =>
        Assert.Equal(["https://*:443"], Of(("Kestrel:Endpoints:Public:Url", "https://*:443"), ("urls", "http://127.0.0.1:7000")));

    [Theory]
    [InlineData("http://0.0.0.0:8080;http://127.0.0.1:7001", "http://127.0.0.1:7001/")]
    [InlineData("http://[::1]:7002", "http://[::1]:7002/")]
    [InlineData("https://localhost:7003", "https://localhost:7003/")]
    [InlineData("http://127.0.0.1:0", null)]
    [InlineData("https://*:443", null)]
    public void The_first_loopback_address_with_a_fixed_port_is_the_issuer(string urls, string? expected) =>
        Assert.Equal(expected, Listeners.Of(Configuration(("urls", urls)), new()).FirstLoopback()?.AbsoluteUri);

    [Theory]
    [InlineData("http://*:8080", false)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://id.example.com:8080", false)]
    [InlineData("http://192.0.2.1:8080", false)]
    [InlineData("https://0.0.0.0:8443", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://127.0.0.2:8080", true)]
    [InlineData("http://[::1]:8080", true)]
    public void Plain_http_that_other_machines_reach_is_refused(string url, bool accepted)
    {
        Assert.Equal(accepted, Refusals(url, []).Count == 0);
        Assert.Empty(Refusals(url, ["10.0.0.1"]));
    }

    private static IReadOnlyList<string> Refusals(string url, string[] proxies)
    {
        var problems = new SettingProblems();
        Listeners.Of(Configuration(("urls", url)), new()).RefuseOpenHttp(new ServerOptions { TrustedProxies = proxies }, problems);
        return problems.Lines;
    }

    private static string[] Of(params (string Key, string Value)[] values) =>
        [.. Listeners.Of(Configuration(values), new()).Addresses.Select(a => $"{a.Scheme}://{a.Host}:{a.Port}")];

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();
}
