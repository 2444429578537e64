using System.Buffers;
using System.Diagnostics;
using System.Text;
using AuthServer.Protocol.Plain;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.UnitTests.Protocol;

#pragma warning disable RS0030 // A generator with a seed repeats a failure; nothing here is secret.

/// <summary>A form is plain or it is left to the framework; where it is plain, both read the same (RFC 6749 appendix B).</summary>
public sealed class RequestFormTests
{
    // Seeds that found something stay here.
    private static readonly int[] Seeds = [1, 7, 20260301];

    [Fact]
    public void A_form_is_read_by_name_and_is_exhausted_when_every_parameter_was_asked_for()
    {
        var form = Parse("grant_type=client_credentials&scope=a+b%20c&x=%3D")!;
        Assert.Equal(("client_credentials", "a b c", null), (form.Take("grant_type"), form.Take("scope"), form.Take("Scope")));
        Assert.False(form.IsExhausted);
        Assert.Equal("=", form.Take("x"));
        Assert.True(form.IsExhausted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a=")]
    [InlineData("=a")]
    [InlineData("a=b&")]
    [InlineData("&a=b")]
    [InlineData("a=b&a=c")]
    [InlineData("a=b&%61=c")]
    [InlineData("a=%")]
    [InlineData("a=%4")]
    [InlineData("a=%zz")]
    [InlineData("a=%00")]
    [InlineData("a=%C3%BC")]
    [InlineData("a=\u00fc")]
    [InlineData("a=b\r\n")]
    [InlineData("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&l=1&m=1")]
    public void A_form_of_any_other_shape_is_not_plain(string body) => Assert.Null(Parse(body));

    [Fact]
    public async Task A_plain_form_means_what_the_framework_reads_and_no_bytes_make_the_parser_throw()
    {
        const string Letters = "ab=&%+12F ;#\u00fc\0";
        foreach (var seed in Seeds)
        {
            var random = new Random(seed);
            for (var end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10); Stopwatch.GetTimestamp() < end;)
            {
                var body = string.Create(random.Next(24), random, static (text, dice) =>
                {
                    for (var i = 0; i < text.Length; i++) text[i] = Letters[dice.Next(Letters.Length)];
                });
                if (Parse(body) is not { } plain) continue;
                using var reader = new FormReader(body);
                foreach (var (name, values) in await reader.ReadFormAsync())
                {
                    Assert.True(values is [var value] && value == plain.Take(name), $"Seed {seed}: {body}");
                }

                Assert.True(plain.IsExhausted, $"Seed {seed}: {body}");
            }
        }
    }

    private static RequestForm? Parse(string body) => RequestForm.Parse(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(body)));
}
