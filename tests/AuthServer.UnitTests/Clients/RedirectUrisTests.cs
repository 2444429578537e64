using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Protocol.Authorization;

namespace AuthServer.UnitTests.Clients;

/// <summary>RFC 8252 sections 7.3 and 8.4, RFC 9700 section 2.1: redirect URIs are compared as texts.</summary>
public sealed class RedirectUrisTests
{
    [Theory]
    [InlineData("http://localhost/cb")]
    [InlineData("http://127.0.0.1:5000/cb")]
    [InlineData("http://[::1]:5000/cb")]
    [InlineData("https://app.example.com/cb")]
    [InlineData("com.example.app:/cb")]
    public void These_may_be_registered(string text) => Assert.Null(RedirectUris.Fault(text, native: true));

    [Theory]
    [InlineData("http://loopback/cb")]
    [InlineData("http://127.1/cb")]
    [InlineData("http://2130706433/cb")]
    [InlineData("http://127.0.0.2/cb")]
    [InlineData("http://LOCALHOST/cb")]
    [InlineData("http://localhost.example.com/cb")]
    [InlineData("http://localhost:/cb")]
    [InlineData("http://localhost:99999/cb")]
    [InlineData("http://localhost@evil.example/cb")]
    [InlineData("http:localhost/cb")]
    public void These_may_not(string text) => Assert.NotNull(RedirectUris.Fault(text, native: true));

    [Theory]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:1/cb", true)]
    [InlineData("http://127.0.0.1:8080/cb?x=1", "http://127.0.0.1:65535/cb?x=1", true)]
    [InlineData("http://[::1]/cb", "http://[::1]:81/cb", true)]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.1/cb", "http://localhost:8080/cb", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:8080/cb?x=1", false)]
    [InlineData("http://127.0.0.1/cb", "http://127.0.0.1:8080@evil.example/cb", false)]
    [InlineData("https://127.0.0.1/cb", "https://127.0.0.1:8080/cb", false)]
    public void A_native_app_chooses_the_port_and_nothing_else(string registered, string asked, bool allowed)
    {
        Assert.Equal(allowed, RedirectUris.Match([registered], asked, native: true));
        Assert.False(RedirectUris.Match([registered], asked, native: false));
        Assert.True(RedirectUris.Match([registered], registered, native: false));
    }

    [Theory]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://localhost", true)]
    [InlineData("http://loopback:5080", false)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData(" http://localhost", false)]
    public void This_machine_is_known_by_its_three_names(string address, bool local) => Assert.Equal(local, LoopbackAddress.Is(address));

    [Theory]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", true)]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", false)]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", false)]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c ", false)]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM", false)]
    public void A_code_challenge_is_43_letters_of_base64url(string challenge, bool right) =>
        Assert.Equal(right, CodeChallenge.HasForm(challenge));
}
