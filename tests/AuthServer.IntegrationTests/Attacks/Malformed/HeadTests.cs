namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>RFC 9110 section 9.3.2: HEAD is GET without the content.</summary>
public sealed class HeadTests(BareServer bare) : IClassFixture<BareServer>
{
    // They differ from one answer to the next.
    private static readonly string[] Changing = ["Date", "Set-Cookie"];

    [Theory]
    [InlineData("/.well-known/openid-configuration", 200)]
    [InlineData("/.well-known/oauth-authorization-server", 200)]
    [InlineData("/.well-known/jwks", 200)]
    [InlineData("/", 200)]
    [InlineData("/signin", 200)]
    [InlineData("/signup", 200)]
    [InlineData("/signed-out", 200)]
    [InlineData("/v1/openapi.json", 200)]
    [InlineData("/v1/docs/", 200)]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    [InlineData("/connect/authorize", 400)]
    [InlineData("/connect/userinfo", 401)]
    [InlineData("/v1/users", 401)]
    [InlineData("/no-such-page", 404)]
    [InlineData("//.well-known/openid-configuration", 200)]
    [InlineData("///.well-known/openid-configuration", 404)]
    [InlineData("//signin", 404)]
    public async Task Head_has_the_status_and_the_headers_of_get_and_no_body(string path, int status) =>
        await CompareAsync(bare.Server, path, status);

    [Theory]
    [InlineData("/.well-known/oauth-protected-resource", 200)]
    [InlineData("/health/live", 200)]
    [InlineData("/v1/notes", 401)]
    [InlineData("/no-such-page", 404)]
    public async Task At_the_resource_api_too(string path, int status) => await CompareAsync(bare.ResourceApi, path, status);

    private static async Task CompareAsync(RawServer server, string path, int status)
    {
        var get = await server.SendAsync(Request("GET", path));
        var head = await server.SendAsync(Request("HEAD", path));
        Assert.Equal((status, status), (get.Status, head.Status));
        Assert.NotEqual("", get.Body);
        Assert.Equal("", head.Body);
        Assert.Equal(NamesOf(get), NamesOf(head));
        Assert.Equal(get.MediaType, head.MediaType);
    }

    private static IEnumerable<string> NamesOf(RawAnswer answer) =>
        answer.Headers.Select(h => h.Name).Except([.. Changing, "Content-Length", "Transfer-Encoding"], StringComparer.OrdinalIgnoreCase)
            .Order(StringComparer.Ordinal);

    private static string Request(string method, string path) =>
        $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
}
