using AuthServer.Protocol.Claims;

namespace AuthServer.UnitTests.Protocol;

/// <summary>OpenID Connect Core 5.5.</summary>
public sealed class RequestedClaimsTests
{
    [Fact]
    public void Claims_are_read_by_place_and_unknown_ones_are_ignored()
    {
        var claims = RequestedClaims.Parse("""{"userinfo":{"email":null,"shoe_size":null},"id_token":{"name":{"essential":true}}}""")!;
        Assert.Equal(["email"], claims.UserInfo);
        Assert.Equal(["name"], claims.IdToken);
    }

    [Fact]
    public void Subject_and_essential_acr_are_taken_out()
    {
        var claims = RequestedClaims.Parse("""{"id_token":{"sub":{"value":"42"},"acr":{"essential":true,"values":["a","b"]}}}""")!;
        Assert.Equal("42", claims.Subject);
        Assert.Equal(["a", "b"], claims.EssentialAcr);
        Assert.Empty(RequestedClaims.Parse("""{"id_token":{"acr":{"values":["a"]}}}""")!.EssentialAcr);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("\"text\"")]
    [InlineData("{\"userinfo\":[]}")]
    [InlineData("{\"id_token\":{\"sub\":\"42\"}}")]
    [InlineData("{\"userinfo\":{},\"userinfo\":{}}")]
    [InlineData("{\"userinfo\":{\"email\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}")]
    public void What_section_5_5_does_not_describe_is_refused(string text) => Assert.Null(RequestedClaims.Parse(text));

    [Fact]
    public void What_a_session_keeps_may_have_long_details_beside_the_claims()
    {
        var kept = $$"""{"userinfo":{"email":null},"details":[{"type":"payment","note":"{{new string('n', 8000)}}"}]}""";
        Assert.Equal(["email"], RequestedClaims.OfSession(kept).UserInfo);
        Assert.Null(RequestedClaims.Parse(kept));
    }

    [Fact]
    public void A_huge_parameter_is_refused_unread() =>
        Assert.Null(RequestedClaims.Parse("{\"userinfo\":{" + new string(' ', 5000) + "}}"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_parameter_asks_for_nothing(string? text) => Assert.Equal(RequestedClaims.None, RequestedClaims.Parse(text));
}
