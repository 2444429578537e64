using AuthServer.Configuration;
using AuthServer.Outbound;

namespace AuthServer.UnitTests.Outbound;

/// <summary>The setting OUTBOUND_ALLOWED_HOSTS.</summary>
public sealed class AllowedHostsTests
{
    [Theory]
    [InlineData("keys.internal", "keys.internal", 80, true)]
    [InlineData("keys.internal", "KEYS.internal.", 8443, true)]
    [InlineData("keys.internal", "evil.keys.internal", 443, false)]
    [InlineData("keys.internal", "keys.internal.evil.example", 443, false)]
    [InlineData("keys.internal:8443", "keys.internal", 8443, true)]
    [InlineData("keys.internal:8443", "keys.internal", 443, false)]
    [InlineData("10.0.0.5", "10.0.0.5", 443, true)]
    [InlineData("10.0.0.5", "::ffff:10.0.0.5", 443, true)]
    [InlineData("10.0.0.5", "10.0.0.6", 443, false)]
    [InlineData("10.0.0.5:81", "10.0.0.5", 80, false)]
    [InlineData("10.1.0.0/16", "10.1.255.255", 443, true)]
    [InlineData("10.1.0.0/16:8443", "10.1.2.3", 443, false)]
    [InlineData("fd00::5", "fd00::5", 443, true)]
    [InlineData("[fd00::5]:8443", "fd00::5", 8443, true)]
    [InlineData("[fd00::5]:8443", "fd00::5", 443, false)]
    [InlineData("[fd00::/64]:8443", "fd00::77", 8443, true)]
    public void It_names_hosts_addresses_and_networks_with_a_port_or_without(string setting, string host, int port, bool isAllowed)
    {
        var problems = new SettingProblems();
        var allowed = AllowedHosts.Parse("KEY", [setting], problems);
        Assert.Empty(problems.Lines);
        Assert.Equal(isAllowed, allowed.HasHost(host, port));
    }

    [Theory]
    [InlineData("https://keys.internal")]
    [InlineData("*.internal")]
    [InlineData("keys.internal:0")]
    [InlineData("keys.internal:99999")]
    [InlineData("keys.internal:https")]
    [InlineData(":443")]
    [InlineData("[fd00::5")]
    [InlineData("0.0.0.0/0")]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0")]
    [InlineData("10.0.0.7/8")]
    public void Anything_else_is_refused_at_the_start(string setting)
    {
        var problems = new SettingProblems();
        AllowedHosts.Parse("KEY", [setting], problems);
        Assert.NotEmpty(problems.Lines);
    }
}
