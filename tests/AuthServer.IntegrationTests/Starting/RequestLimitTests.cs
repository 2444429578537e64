using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Npgsql;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>What a slow, huge or endless request meets at a real server, and what is left of it in the database.</summary>
public sealed class RequestLimitTests(RequestLimitTests.Running server) : IClassFixture<RequestLimitTests.Running>
{
    private const string Form = "Content-Type: application/x-www-form-urlencoded\r\n";

    [Fact]
    public async Task A_body_that_trickles_is_cut_off()
    {
        var began = Stopwatch.StartNew();
        var answer = await SlowlyAsync(
            $"POST /connect/token HTTP/1.1\r\nHost: a\r\n{Form}Content-Length: 20000\r\n\r\n", "a", TimeSpan.FromMilliseconds(400));
        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        Assert.InRange(began.Elapsed.TotalSeconds, 3, 14);
    }

    [Fact]
    public async Task A_header_that_trickles_is_cut_off()
    {
        var began = Stopwatch.StartNew();
        var answer = await SlowlyAsync("GET / HTTP/1.1\r\nHost: a\r\n", "X-A: b\r\n", TimeSpan.FromSeconds(1));
        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
        Assert.InRange(began.Elapsed.TotalSeconds, 10, 25);
    }

    [Theory]
    [InlineData("a header of 40 KB", 431)]
    [InlineData("two hundred headers", 431)]
    [InlineData("an address of 40 KB", 414)]
    [InlineData("a body of 10 MB by its length", 413)]
    [InlineData("a body of 10 MB in chunks", 413)]
    [InlineData("two thousand fields", 400)]
    [InlineData("two thousand parameters", 400)]
    [InlineData("a field name of 10 KB", 400)]
    [InlineData("a parted form of two thousand parts", 400)]
    public async Task A_huge_request_is_refused_and_says_nothing_of_the_inside(string what, int status)
    {
        var answer = await ExchangeAsync(Huge(what));
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_the_largest_size_costs_little()
    {
        var body = string.Join('&', Enumerable.Range(0, 250).Select(i => $"parameter{i}={new string('x', 240)}"));
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(server.Address) };
        for (var i = 0; i < 20; i++) (await PostAsync()).Dispose();
        var began = Stopwatch.StartNew();
        for (var i = 0; i < 200; i++)
        {
            using var answer = await PostAsync();
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        // Milliseconds each, on a machine that others use too; one that grew with the square of its fields would take seconds.
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(60), $"200 forms took {began.Elapsed}");

        Task<HttpResponseMessage> PostAsync() =>
            http.PostAsync("/connect/token", new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded"));
    }

    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/signin")]
    [InlineData("/v1/auth/login")]
    public async Task Json_of_ten_thousand_levels_is_a_refusal(string path)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(server.Address) };
        var body = new string('[', 10_000) + new string(']', 10_000);
        using var answer = await http.PostAsync(path, new StringContent(body, Encoding.ASCII, "application/json"));
        Assert.InRange((int)answer.StatusCode, 400, 499);
    }

    [Fact]
    public async Task A_request_whose_caller_goes_away_is_cancelled_in_the_database()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(server.Address) };
        await using var block = await BlockAsync();
        using var away = new CancellationTokenSource();
        using var message = WithSession();
        var request = http.SendAsync(message, away.Token);
        await StatementsAsync(count => count > 0);
        await away.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        // The lock still stands: nothing but the cancellation can have ended the statement.
        await StatementsAsync(count => count == 0);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_cancelled_in_the_database_and_told_to_come_back()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = new Uri(server.Address) };
        await using var block = await BlockAsync();
        var began = Stopwatch.StartNew();
        using var message = WithSession();
        using var answer = await http.SendAsync(message);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.InRange(began.Elapsed.TotalSeconds, 7.5, 25);
        await StatementsAsync(count => count == 0);
    }

    private static byte[] Huge(string what)
    {
        var end = "\r\nContent-Length: 0\r\n\r\n";
        return Encoding.ASCII.GetBytes(what switch
        {
            "a header of 40 KB" => $"GET / HTTP/1.1\r\nHost: a\r\nX-A: {new string('a', 40_000)}\r\n\r\n",
            "two hundred headers" =>
                $"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: a\r\n"))}\r\n",
            "an address of 40 KB" => $"GET /{new string('a', 40_000)} HTTP/1.1\r\nHost: a{end}",
            "a body of 10 MB by its length" => $"POST /connect/token HTTP/1.1\r\nHost: a\r\n{Form}Content-Length: 10000000\r\n\r\na=b",
            "a body of 10 MB in chunks" =>
                $"POST /connect/token HTTP/1.1\r\nHost: a\r\n{Form}Transfer-Encoding: chunked\r\n\r\n" +
                string.Concat(Enumerable.Repeat($"1000\r\n{new string('a', 4096)}\r\n", 30)),
            "two thousand fields" =>
                Post("application/x-www-form-urlencoded", string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a{i}=b"))),
            "two thousand parameters" =>
                $"GET /connect/authorize?{string.Join('&', Enumerable.Range(0, 2000).Select(i => $"a{i}=b"))} HTTP/1.1\r\nHost: a{end}",
            "a field name of 10 KB" => Post("application/x-www-form-urlencoded", new string('a', 10_000) + "=b"),
            "a parted form of two thousand parts" => Post("multipart/form-data; boundary=x",
                string.Concat(
                    Enumerable.Range(0, 1000).Select(i => $"--x\r\nContent-Disposition: form-data; name=a{i}\r\n\r\n\r\n")) + "--x--\r\n"),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        });
    }

    // To a page: the token endpoint refuses forms in parts unread.
    private static string Post(string type, string body) =>
        $"POST /signin HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private async Task<string> ExchangeAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port);
        var stream = client.GetStream();
        var answer = ReadAsync(stream);
        try
        {
            await stream.WriteAsync(request);
        }
        catch (IOException)
        {
            // It was refused before it was all sent.
        }

        return await answer;
    }

    private async Task<string> SlowlyAsync(string beginning, string drop, TimeSpan pause)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning));
        var answer = ReadAsync(stream);
        while (await Task.WhenAny(answer, Task.Delay(pause)) != answer)
        {
            try
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(drop));
            }
            catch (IOException)
            {
                break;
            }
        }

        return await answer;
    }

    /// <summary>What comes until the server closes, or until the head of an answer and what comes with it is there.</summary>
    private static async Task<string> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal)
                && await stream.ReadAsync(buffer, limit.Token) is > 0 and var read)
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            // Reset by the server.
        }

        return text.ToString();
    }

    /// <summary>A request whose session the server looks up.</summary>
    private static HttpRequestMessage WithSession()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo/no-such-page");
        request.Headers.Add("Cookie", "authplatform-session=" + BrowserHandles.Make(Guid.CreateVersion7()));
        return request;
    }

    /// <summary>Holds the table of sessions, so that whoever looks one up waits.</summary>
    private async Task<NpgsqlConnection> BlockAsync()
    {
        var connection = new NpgsqlConnection(server.Database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("BEGIN; LOCK TABLE user_sessions IN ACCESS EXCLUSIVE MODE", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Waits until as many statements of the server wait for the lock.</summary>
    private async Task StatementsAsync(Func<long, bool> expected)
    {
        await using var connection = new NpgsqlConnection(server.Database);
        await connection.OpenAsync();
        var count = -1L;
        await Eventually.UntilAsync("as many statements wait for the lock", async () =>
        {
            await using var command = new NpgsqlCommand(
                "SELECT count(*) FROM pg_stat_activity " +
                "WHERE datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'", connection);
            count = (long)(await command.ExecuteScalarAsync())!;
            return expected(count);
        }, () => $"{count} statements wait.\n{server.Output}");
    }

    /// <summary>A server process on PostgreSQL whose answers may take eight seconds.</summary>
    public sealed class Running : IAsyncLifetime
    {
        private ServerProcess? _process;

        public string Address { get; } = ServerProcess.FreeAddress();

        public string Database { get; private set; } = "";

        public string Output => _process!.Output;

        public async ValueTask InitializeAsync()
        {
            var cluster = await SharedServers.PostgresAsync();
            var name = await cluster.CreateDatabaseAsync();
            Database = cluster.ConnectionString(name);
            _process = ServerProcess.Start(
                [
                    ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()), ("DATABASE_URL", cluster.Url(name)),
                        ("DATABASE_POOL_SIZE", "2"),
                    ("API_BASE_URL", Address), ("REQUEST_TIMEOUT", "8s"),
                ], "--urls", Address);
            await _process.ReadyAsync(Address);
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is not null) await _process.DisposeAsync();
        }
    }
}
