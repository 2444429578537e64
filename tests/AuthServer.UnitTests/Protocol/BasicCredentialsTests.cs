using System.Diagnostics;
using System.Text;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.ClientProof;

namespace AuthServer.UnitTests.Protocol;

#pragma warning disable RS0030 // A generator with a seed repeats a failure; nothing here is secret.

/// <summary>HTTP Basic as RFC 6749 section 2.3.1 uses it, and what a request presents of its client.</summary>
public sealed class BasicCredentialsTests
{
    // Seeds that found something stay here.
    private static readonly int[] Seeds = [1, 42, 20260301];

    [Theory]
    // RFC 6749 section 2.3.1 and RFC 7617 section 2.
    [InlineData("Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3", "s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw")]
    [InlineData("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame")]
    [InlineData("basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin", "open sesame")]
    public void The_vectors_of_the_standards_are_read(string header, string clientId, string secret) =>
        Assert.Equal((clientId, secret), BasicCredentials.Parse(header));

    [Theory]
    [InlineData("a:b", "a", "b")]
    [InlineData("a%3Ab:c", "a:b", "c")]
    [InlineData("a:b:c", "a", "b:c")]
    [InlineData("a+b:c%2Bd", "a b", "c+d")]
    [InlineData("a:", "a", "")]
    public void Both_halves_are_form_encoded(string pair, string clientId, string secret) =>
        Assert.Equal((clientId, secret), BasicCredentials.Parse(Header(pair)));

    [Theory]
    [InlineData("")]
    [InlineData(":b")]
    [InlineData("a")]
    [InlineData("a%:b")]
    [InlineData("a%zz:b")]
    [InlineData("a%00:b")]
    [InlineData("a:%C3%BC")]
    [InlineData("a\n:b")]
    public void Everything_else_is_not_well_formed(string pair) => Assert.Null(BasicCredentials.Parse(Header(pair)));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic !")]
    [InlineData("Basic YTpi=")]
    [InlineData("Basic YT pi")]
    [InlineData("Bearer YTpi")]
    public void A_header_of_another_form_is_not_well_formed(string header) => Assert.Null(BasicCredentials.Parse(header));

    [Fact]
    public void No_header_makes_the_parser_throw_and_what_it_reads_can_be_written_again()
    {
        foreach (var seed in Seeds)
        {
            var random = new Random(seed);
            var bytes = new byte[64];
            for (var end = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 10); Stopwatch.GetTimestamp() < end;)
            {
                random.NextBytes(bytes);
                var pair = bytes.AsSpan(0, random.Next(bytes.Length));
                // Half of them nearly right, so that the parser gets far.
                if (random.Next(2) == 0) for (var i = 0; i < pair.Length; i++) pair[i] = (byte)"ab:%+12F "[pair[i] % 9];
                if (BasicCredentials.Parse("Basic " + Convert.ToBase64String(pair)) is not var (user, secret)) continue;
                Assert.Equal(
                    (user, secret), BasicCredentials.Parse(Header($"{Uri.EscapeDataString(user)}:{Uri.EscapeDataString(secret)}")));
            }
        }
    }

    [Fact]
    public void One_client_and_one_method_in_a_request()
    {
        var basic = Header("a:b");
        Assert.Equal(new PresentedClient("a", ClientAuthMethods.Basic, "b"), Read(basic, null, null));
        Assert.Equal(new PresentedClient("a", ClientAuthMethods.Basic, "b"), Read(basic, "a", null));
        Assert.Equal(new PresentedClient("a", ClientAuthMethods.None, null), Read(Header("a:"), "a", null));
        Assert.Equal(new PresentedClient("a", ClientAuthMethods.Post, "b"), Read(null, "a", "b"));
        Assert.Equal(new PresentedClient("a", ClientAuthMethods.None, null), Read(null, "a", ""));
        Assert.Equal(new PresentedClient("a", ClientAuthMethods.Post, "b"), Read("Bearer x", "a", "b"));
        foreach (var (header, clientId, secret, assertion) in new (string? Header, string? ClientId, string? Secret, string? Assertion)[]
            { (basic, "c", null, null), (basic, null, "b", null), (basic, null, null, "x"), (null, "a", "b", "x") })
        {
            var (_, refusal) = PresentedClient.Read(
                header, clientId, secret, assertion, assertion is null ? null : "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            Assert.Equal("invalid_request", refusal?.Error);
        }

        Assert.Equal("invalid_request", PresentedClient.Read(new([basic, basic]), null, null).Refusal?.Error);
        Assert.Equal("invalid_client", PresentedClient.Read(default, null, null).Refusal?.Error);
        Assert.Equal("invalid_client", PresentedClient.Read(default, "a", null, "x", "urn:x").Refusal?.Error);
    }

    private static PresentedClient Read(string? header, string? clientId, string? secret)
    {
        var (client, refusal) = PresentedClient.Read(header, clientId, secret);
        Assert.Null(refusal);
        return client;
    }

    private static string Header(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));
}
