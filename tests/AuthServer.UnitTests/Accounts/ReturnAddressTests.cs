using AuthServer.Pages;
using Microsoft.AspNetCore.Http;

namespace AuthServer.UnitTests.Accounts;

/// <summary>RFC 9700 section 4.11: the pages lead nowhere but to this server's own requests.</summary>
public sealed class ReturnAddressTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/account")]
    [InlineData("/account/security/password")]
    [InlineData("/account/data?done=proved")]
    [InlineData("/connect/authorize")]
    [InlineData("/connect/authorize?client_id=web&redirect_uri=https%3A%2F%2Fapp.example%2Fcb&scope=openid%20email")]
    public void A_request_of_this_server_is_kept(string text) => Assert.Equal(text, ReturnAddress.ToAuthorization(text)?.Address);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\/evil.example")]
    [InlineData("https://evil.example/connect/authorize")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/connect/authorized")]
    [InlineData("/connect/authorize/../../evil")]
    [InlineData("/connect/authorize@evil.example")]
    [InlineData("/connect/authorize?a=b\r\nSet-Cookie: x=y")]
    [InlineData("/connect/authorize?a=\\")]
    [InlineData("/connect/authorize?a=b#fragment")]
    [InlineData("/connect/authorize?a=ü")]
    [InlineData("/CONNECT/authorize")]
    [InlineData(" /connect/authorize")]
    [InlineData("/accounts")]
    [InlineData("/account@evil.example")]
    [InlineData("/account/../signout")]
    [InlineData("/account/%2e%2e/signout")]
    [InlineData("/account\\evil")]
    [InlineData("/account/x?a=https://evil.example")]
    [InlineData("/signout")]
    [InlineData("/connect/endsession")]
    public void Anything_else_is_no_address(string? text) => Assert.Null(ReturnAddress.ToAuthorization(text));

    [Fact]
    public void A_sign_out_leads_to_end_session_requests_only()
    {
        Assert.NotNull(ReturnAddress.ToEndSession("/connect/endsession?state=x"));
        Assert.Null(ReturnAddress.ToEndSession("/"));
        Assert.Null(ReturnAddress.ToEndSession("/connect/authorize"));
    }

    // A page shows what the endpoint goes by, which has names in their exact spelling.
    [Theory]
    [InlineData("client_id=a&REQUEST_URI=urn:b", "a", null)]
    [InlineData("client_id=a&request_uri=urn:c", "a", "urn:c")]
    [InlineData("CLIENT_ID=a&request_uri=urn:c", null, "urn:c")]
    public void A_parameter_is_found_by_its_exact_name_alone(string query, string? clientId, string? requestUri)
    {
        var address = ReturnAddress.ToAuthorization("/connect/authorize?" + query)!;
        Assert.Equal((clientId, requestUri), (address.Once("client_id"), address.Once("request_uri")));
    }

    [Theory]
    [InlineData("/connect/authorize?client_id=a&REQUEST_URI=urn:b&request_uri=urn:c")]
    [InlineData("/connect/authorize?client_id=a&request_uri=urn:c&%52equest_uri=urn:b")]
    [InlineData("/connect/endsession?state=a&State=b")]
    [InlineData("/signin/connect?returnUrl=%2Fsignin%2Fconnect%3FreturnUrl%3D%2F")]
    public void A_name_in_two_spellings_and_a_page_inside_itself_make_no_address(string text)
    {
        Assert.Null(ReturnAddress.ToAuthorization(text));
        Assert.Null(ReturnAddress.ToEndSession(text));
    }

    [Fact]
    public void The_hint_counts_when_it_was_sent_once()
    {
        var http = new DefaultHttpContext();
        var hinted = ReturnAddress.ToAuthorization("/connect/authorize?login_hint=a%2Bb%40example.com")!;
        Assert.Equal("a+b@example.com", hinted.LoginHint(http));
        Assert.Null(ReturnAddress.ToAuthorization("/connect/authorize?login_hint=a&login_hint=b")!.LoginHint(http));
    }

    [Fact]
    public void A_link_to_another_page_carries_the_address_encoded() =>
        Assert.Equal(
            "/signup?returnUrl=%2Fconnect%2Fauthorize%3Fa%3Db%26c%3Dd", ReturnAddress.With(
                "/signup", ReturnAddress.ToAuthorization("/connect/authorize?a=b&c=d")));
}
