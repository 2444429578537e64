using System.Text;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.UnitTests.Clients;

/// <summary>Key sets and signed texts of clients, with the examples of the standards.</summary>
public sealed class ClientKeySetTests
{
    // RFC 8037 appendix A.2.
    private const string Edwards = """{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}""";

    // RFC 7515 appendix A.3.
    private const string Curve =
        """
        {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}
        """;

    private const string Signed = "eyJhbGciOiJFUzI1NiJ9."
        + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    [Theory]
    [InlineData(" ")]
    [InlineData("AQ")]
    [InlineData("AQAC")]
    [InlineData("AAEAAQ")]
    [InlineData("AQAAAAAB")]
    [InlineData("AQAB ")]
    public void An_exponent_that_proves_nothing_or_takes_long_is_refused(string exponent)
    {
        var modulus = System.Buffers.Text.Base64Url.EncodeToString([0xc1, .. Enumerable.Repeat((byte)7, 255)]);
        Assert.Null(ClientKey.FaultOf(Rsa(modulus, "AQAB")));
        Assert.NotNull(ClientKey.FaultOf(Rsa(modulus, exponent)));
        Assert.NotNull(ClientKey.FaultOf(Rsa(new string(' ', 342), "AQAB")));

        static System.Text.Json.JsonElement Rsa(string n, string e) =>
            System.Text.Json.JsonElement.Parse($$"""{"kty":"RSA","n":"{{n}}","e":"{{e}}"}""");
    }

    [Fact]
    public void The_example_of_the_standard_is_verified_and_one_changed_letter_is_not()
    {
        var keys = Set(Curve);
        Assert.True(keys.Verifies(SignedText.Read(Signed, 1000)!));
        Assert.False(keys.Verifies(SignedText.Read(Signed.Replace(".DtEh", ".DtEi", StringComparison.Ordinal), 1000)!));
        Assert.False(Set(Edwards).Verifies(SignedText.Read(Signed, 1000)!));
        Assert.Null(SignedText.Read(Signed, Signed.Length - 1));
    }

    [Theory]
    [InlineData("""{"alg":"ES256","alg":"none"}""")]
    [InlineData("""["ES256"]""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("{")]
    public void A_header_that_can_be_read_in_two_ways_is_no_header(string header) =>
        Assert.Null(SignedText.Read($"{System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.e30.AAAA", 1000));

    /// <summary>Whoever reads such a text later would throw.</summary>
    [Theory]
    [InlineData("""{"aud":["a",{"b":"c"}]}""", true)]
    [InlineData("""{"aud":["\ud800"]}""", false)]
    [InlineData("""{"a":[{"b":{"c":"\udc00"}}]}""", false)]
    [InlineData("""{"a":{"\ud800":1}}""", false)]
    public void A_payload_with_half_a_surrogate_pair_at_any_depth_is_none(string payload, bool isRead)
    {
        var text = string.Join('.', Encoded("""{"alg":"ES256"}"""), Encoded(payload), "AAAA");
        Assert.Equal(isRead, SignedText.Read(text, 1000) is not null);

        static string Encoded(string part) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part));
    }

    [Theory]
    [InlineData("use")]
    [InlineData("kid")]
    public void A_key_with_half_a_surrogate_pair_is_none(string member) =>
        Assert.Empty(Set(Edwards.Replace("}", $$""","{{member}}":"\ud800"}""", StringComparison.Ordinal)).Keys);

    [Theory]
    [InlineData("e30.e30. AAAA")]
    [InlineData("e30.e30.AAAA\n")]
    [InlineData("e30.e30.AA=A")]
    [InlineData("e30.e30.")]
    [InlineData("e30.e30.AAAA.AAAA")]
    public void Only_three_parts_of_base64url_are_a_signed_text(string text) => Assert.Null(SignedText.Read(text, 1000));

    [Fact]
    public void Keys_that_are_not_known_are_left_out_of_a_set()
    {
        var keys = Set("7", """{"kty":"oct","k":"AAAA"}""", """{"kty":"new"}""", Curve, """{"kty":"RSA","n":"AQAB","e":"AQAB"}""", Edwards);
        Assert.Equal(["EC", "OKP"], keys.Keys.Select(key => key.Json.GetProperty("kty").GetString()));
        foreach (var none in new[] { "", "[]", "{}", """{"keys":{}}""", """{"keys":[],"keys":[]}""" })
        {
            Assert.Null(ClientKeySet.Parse(Encoding.UTF8.GetBytes(none)));
        }
    }

    [Fact]
    public void A_point_off_its_curve_verifies_nothing()
    {
        var keys = Set(Curve.Replace("x_FEzRu9", "x_FEzRu8", StringComparison.Ordinal));
        Assert.False(keys.Verifies(SignedText.Read(Signed, 1000)!));
    }

    private static ClientKeySet Set(params string[] keys) =>
        ClientKeySet.Parse(Encoding.UTF8.GetBytes($$"""{"keys":[{{string.Join(',', keys)}}]}"""))!;
}
