using System.Net;
using System.Text;
using AuthServer.Audit;
using Microsoft.AspNetCore.Http;

namespace AuthServer.UnitTests.Audit;

#pragma warning disable RS0030 // A generator with a seed repeats a failure; nothing here is secret.

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11)", "Mozilla/")]
    [InlineData("", null)]
    [InlineData(null, null)]
    [InlineData("\0\u001b\r\n\u0085\u2028", null)]
    [InlineData("a\u001b[31mb\r\nc", "a[31mbc")]
    [InlineData("one\u202etwo", "onetwo")]
    [InlineData("1234567890", "12345678")]
    [InlineData("1234567\U0001F600x", "1234567\U0001F600")]
    [InlineData(
        "\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600",
        "\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600")]
    public void What_is_kept_is_well_formed_and_at_most_eight_code_points(string? text, string? kept) =>
        Assert.Equal(kept, ForeignText.Clean(text, 8));

    // An attribute could not hold them: its texts are stored as UTF-8.
    [Fact]
    public void Half_a_character_becomes_a_replacement_character()
    {
        Assert.Equal("a\ufffdb", ForeignText.Clean("a\ud83db", 8));
        Assert.Equal("\ufffd", ForeignText.Clean("\udc00", 8));
        Assert.Equal("1234567\ufffd", ForeignText.Clean("1234567\ud83d", 8));
    }

    [Fact]
    public void No_text_is_kept_that_a_database_or_a_console_could_not_take()
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var text = new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => (char)(random.Next(4) switch
            {
                0 => random.Next(0x20), 1 => random.Next(0xD800, 0xE000), 2 => random.Next(0x20, 0x7F), _ => random.Next(0x10000),
            }))]);
            if (ForeignText.Clean(text, 10) is not { } kept) continue;
            Assert.True(strict.GetByteCount(kept) > 0, $"seed {seed}");
            Assert.DoesNotContain(kept, c => char.IsControl(c) || c is '\u2028' or '\u2029');
            Assert.InRange(kept.EnumerateRunes().Count(), 1, 10);
        }
    }

    [Theory]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("fe80:1111:2222:3333:4444:5555:6666:7777%4294967295", "fe80:1111:2222:3333:4444:5555:6666:7777")]
    [InlineData("fe80:1111:2222:3333:4444:5555:255.255.255.255", "fe80:1111:2222:3333:4444:5555:ffff:ffff")]
    public void An_address_fits_its_column(string address, string kept)
    {
        var http = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        Assert.Equal(kept, Caller.Of(http).Address);
    }
}
