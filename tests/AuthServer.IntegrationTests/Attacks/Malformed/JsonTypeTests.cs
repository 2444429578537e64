namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>JSON in an encoding that nobody reads (RFC 8259 section 8.1: JSON between systems is UTF-8).</summary>
public sealed class JsonTypeTests(BareServer bare) : IClassFixture<BareServer>
{
    [Theory]
    [InlineData("application/json; charset=nonsense")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=\"\"")]
    [InlineData("application/json; charset=utf-8; charset=utf-7")]
    [InlineData("application/json;;")]
    [InlineData("application/json, application/json")]
    [InlineData("application/json; charset=\"utf-8")]
    [InlineData("application/problem+json; charset=nonsense")]
    [InlineData("text/json; charset=utf-7")]
    public async Task Json_in_an_unknown_encoding_is_refused(string type)
    {
        foreach (var path in new[] { "/v1/auth/register", "/v1/auth/login", "/v1/auth/refresh", "/v1/auth/logout", "/v1/users" })
        {
            var answer = await bare.Server.SendAsync(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {type}\r\n" +
                "Content-Length: 12\r\n\r\n{\"text\":\"a\"}");
            Assert.True(answer.Status is >= 400 and < 500, $"{path} answers {answer}");
        }

        Assert.Equal("", bare.Failures);
    }
}
