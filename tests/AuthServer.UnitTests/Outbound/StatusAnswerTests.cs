using System.Text;
using AuthServer.Outbound;

namespace AuthServer.UnitTests.Outbound;

/// <summary>What clients are told, whose answer is a status and nothing else.</summary>
public sealed class StatusAnswerTests
{
    /// <summary>OpenID Connect Back-Channel Logout 1.0 section 2.8, CIBA Core 10.2: whatever stands in it.</summary>
    [Fact]
    public async Task An_answer_that_is_its_status_alone_may_have_any_body()
    {
        const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
        await using var endless = RawServer.Writing(async (stream, stop) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Head + "Transfer-Encoding: chunked\r\n\r\n"), stop);
            var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string(' ', 0x1000) + "\r\n");
            while (true) await stream.WriteAsync(chunk, stop);
        });
        await using var boasting = RawServer.Saying(_ => Head + "Content-Length: 5000000000\r\n\r\n");
        await using var packed = RawServer.Saying(_ => Head + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx");
        await using var refusing = RawServer.Saying(_ => "HTTP/1.1 400 No\r\nContent-Length: 5000000000\r\n\r\n");
        using var http = SafeHttpTests.Client("keys.test");
        foreach (var (port, status) in new[] { (endless.Port, 200), (boasting.Port, 200), (packed.Port, 200), (refusing.Port, 400) })
        {
            var answer = await http.SendAsync(
                new(new($"http://keys.test:{port}/")) { Method = HttpMethod.Post, IsForStatus = true },
                TestContext.Current.CancellationToken);
            var answered = Assert.IsType<OutboundAnswer.Answered>(answer);
            Assert.Equal((status, 0), (answered.Status, answered.Body.Length));
        }
    }
}
