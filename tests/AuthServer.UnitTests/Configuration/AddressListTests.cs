using System.Net;
using AuthServer.Configuration;

namespace AuthServer.UnitTests.Configuration;

public sealed class AddressListTests
{
    [Theory]
    [InlineData("10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.0.0.5", "10.0.0.6", false)]
    [InlineData("10.0.0.5", "::ffff:10.0.0.5", true)]
    [InlineData("::ffff:10.0.0.5", "10.0.0.5", true)]
    [InlineData("10.1.0.0/16", "10.1.200.3", true)]
    [InlineData("10.1.0.0/16", "10.2.0.1", false)]
    [InlineData("10.1.2.3/32", "10.1.2.3", true)]
    [InlineData("::ffff:10.1.0.0/112", "10.1.7.7", true)]
    [InlineData("fd00::/8", "fd12::7", true)]
    [InlineData("2001:db8::1", "2001:DB8:0::1", true)]
    public void An_address_or_a_network_is_found_again(string text, string address, bool contains)
    {
        var problems = new SettingProblems();
        Assert.Equal(contains, AddressList.Parse("TRUSTED_PROXIES", [text], problems).Contains(IPAddress.Parse(address)));
        Assert.Empty(problems.Lines);
    }

    [Theory]
    [InlineData("0.0.0.0/0", "is every address there is")]
    [InlineData("::/0", "is every address there is")]
    [InlineData("10.0.0.7/0", "is every address there is")]
    [InlineData("::ffff:0:0/96", "is every address there is")]
    [InlineData("0.0.0.0/1", "is a large part of the internet")]
    [InlineData("8.0.0.0/7", "is a large part of the internet")]
    [InlineData("2000::/3", "is a large part of the internet")]
    [InlineData("0.0.0.0", "is no machine's address")]
    [InlineData("::", "is no machine's address")]
    [InlineData("10.0.0.7/8", "write 10.0.0.0/8 for the network or 10.0.0.7 for the machine")]
    [InlineData("fd00::1/8", "write fd00::/8 for the network or fd00::1 for the machine")]
    [InlineData("10.0.0", "is neither")]
    [InlineData("10", "is neither")]
    [InlineData("10.0.0/8", "is neither")]
    [InlineData("10/8", "is neither")]
    [InlineData("0x0a000005", "is neither")]
    [InlineData("010.0.0.5", "is neither")]
    [InlineData("10.0.0.0/33", "is neither")]
    [InlineData("10.0.0.0/08", "is neither")]
    [InlineData("10.0.0.0/+8", "is neither")]
    [InlineData("10.0.0.0/", "is neither")]
    [InlineData("10.0.0.0/8/8", "is neither")]
    [InlineData("[::1]", "is neither")]
    [InlineData("localhost", "is neither")]
    [InlineData("*", "is neither")]
    public void What_is_too_wide_or_not_exactly_written_is_refused_by_name(string text, string reason)
    {
        var problems = new SettingProblems();
        AddressList.Parse("TRUSTED_PROXIES", [text], problems);
        var line = Assert.Single(problems.Lines);
        Assert.StartsWith($"TRUSTED_PROXIES: \"{text}\" ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }
}
