using AuthServer.Configuration;
using Microsoft.AspNetCore.Http;

namespace AuthServer.UnitTests.Hosting;

public sealed class FormActionOriginsTests
{
    [Theory]
    [InlineData("https://app.example.com/callback?x=1", "https://app.example.com:443")]
    [InlineData("http://127.0.0.1:7000/cb", "http://127.0.0.1:7000")]
    [InlineData("http://[::1]:7000/cb", "http://[::1]:7000")]
    [InlineData("com.example.app:/callback", "com.example.app:")]
    [InlineData("https://bücher.example/cb", "https://xn--bcher-kva.example:443")]
    public void An_address_is_allowed_by_its_origin_or_its_own_scheme(string address, string expected)
    {
        var http = new DefaultHttpContext();
        FormActionOrigins.Allow(http, address);
        FormActionOrigins.Allow(http, address);
        Assert.Equal([expected], http.Features.Get<FormActionOrigins>()!.Origins);
    }

    [Theory]
    [InlineData("/local")]
    [InlineData("not an address")]
    [InlineData("javascript:alert(1)")]
    public void What_is_no_absolute_address_allows_nothing(string address)
    {
        var http = new DefaultHttpContext();
        FormActionOrigins.Allow(http, address);
        Assert.Null(http.Features.Get<FormActionOrigins>());
    }
}
