namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>Forms whose Content-Type or body is no form: the caller's fault at every endpoint that reads one.</summary>
public sealed class FormTypeTests(BareServer bare) : IClassFixture<BareServer>
{
    private static readonly string[] Endpoints =
    [
        "/connect/authorize", "/connect/token", "/connect/introspect", "/connect/revoke", "/connect/endsession", "/connect/userinfo",
        "/signin", "/signup", "/signout", "/consent", "/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout", "/v1/auth/register",
    ];

    [Theory]
    [InlineData("application/x-www-form-urlencoded;;")]
    [InlineData("application/x-www-form-urlencoded, application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded, text/plain")]
    [InlineData("application/x-www-form-urlencoded; =")]
    [InlineData("application/x-www-form-urlencoded; charset=\"utf-8")]
    [InlineData("application/x-www-form-urlencoded charset=utf-8")]
    [InlineData("application/x-www-form-urlencodedcharset=utf-8")]
    [InlineData("application/x-www-form-urlencoded; charset=nonsense")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded\r\nContent-Type: application/x-www-form-urlencoded")]
    [InlineData("application/x-www-form-urlencoded\r\nContent-Type: text/plain")]
    [InlineData("multipart/form-data; boundary=x;;")]
    [InlineData("multipart/form-data; boundary=\"x")]
    [InlineData("multipart/form-data")]
    public async Task A_content_type_that_cannot_be_read_is_refused(string type)
    {
        foreach (var endpoint in Endpoints)
        {
            const string Body = "client_id=spa&grant_type=client_credentials&token=x";
            var answer = await bare.Server.SendAsync(Post(endpoint, type, Body.Length, Body));
            // Because nobody is signed in, the pages of sign-out and consent go on without reading their form.
            var goesOn = answer.Status == 200 && answer.Body.Contains("data-go-on", StringComparison.Ordinal);
            Assert.True(goesOn || answer.Status is >= 300 and < 500, $"{endpoint} answers {answer}");
        }

        Assert.Equal("", bare.Failures);
    }

    /// <summary>RFC 6749 section 5.2: a client reads <c>error</c>.</summary>
    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/connect/introspect")]
    [InlineData("/connect/revoke")]
    public async Task An_endpoint_of_clients_refuses_a_form_that_cannot_be_read_with_an_oauth_error(string endpoint)
    {
        var body = string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a{i}=b"));
        foreach (var type in new[] { "application/x-www-form-urlencoded", "application/x-www-form-urlencoded;;" })
        {
            var answer = await bare.Server.SendAsync(Post(endpoint, type, body.Length, body));
            Assert.Equal((400, "application/json"), (answer.Status, answer.MediaType));
            Assert.Contains("\"error\":\"invalid_request\"", answer.Body, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// A reader that fails in the midst of a body once left it taken; the server then logged "Reading is already in progress".
    /// </summary>
    [Theory]
    [InlineData("two thousand fields")]
    [InlineData("a long name")]
    [InlineData("a body that ends too soon")]
    [InlineData("a chunk without a size")]
    [InlineData("a part without an end")]
    [InlineData("a large body in small chunks")]
    public async Task A_hostile_body_is_refused_and_leaves_nothing_in_the_log(string what)
    {
        // At once, because the server waits some seconds for the rest of a body that ends too soon.
        await Task.WhenAll(Endpoints.Select(endpoint => bare.Server.SendAsync(Hostile(endpoint, what))));
        // The same connection serves the next request, or is closed; either way the server is well.
        Assert.Equal(
            200, (await bare.Server.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).Status);
        Assert.Equal("", bare.Failures);
    }

    private static string Hostile(string endpoint, string what)
    {
        const string Form = "application/x-www-form-urlencoded";
        var fields = string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a{i}=b"));
        var name = new string('n', 10_000) + "=v";
        return what switch
        {
            "two thousand fields" => Post(endpoint, Form, fields.Length, fields),
            "a long name" => Post(endpoint, Form, name.Length, name),
            "a body that ends too soon" => Post(endpoint, Form, 500, "a=b"),
            "a chunk without a size" => Head(endpoint, Form) + "Transfer-Encoding: chunked\r\n\r\nzz\r\na=b\r\n0\r\n\r\n",
            "a part without an end" =>
                Post(endpoint, "multipart/form-data; boundary=x", 60, "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb"),
            "a large body in small chunks" => Head(endpoint, Form) + "Transfer-Encoding: chunked\r\n\r\n"
                + string.Concat(Enumerable.Range(0, 1500).Select(i => $"6\r\na{i:0000}&\r\n")) + "0\r\n\r\n",
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }

    private static string Head(string endpoint, string type) =>
        $"POST {endpoint} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {type}\r\n";

    private static string Post(string endpoint, string type, int length, string body) =>
        $"{Head(endpoint, type)}Content-Length: {length}\r\n\r\n{body}";
}
