using System.Net;
using System.Net.Sockets;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Management;

/// <summary>The listener for operators beside the public one, in a process as it is started.</summary>
public sealed class ManagementListenerTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("authserver-management-").FullName;
    private readonly string _public = ServerProcess.FreeAddress(), _management = ServerProcess.FreeAddress();
    private readonly HttpClient _client = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        Directory.Delete(_data, recursive: true);
        return default;
    }

    [Fact]
    public async Task Neither_listener_answers_what_belongs_to_the_other_whatever_a_request_claims()
    {
        await using var server = Start(("MANAGEMENT_URLS", _management), ("TRUSTED_PROXIES", "127.0.0.1"));
        await server.ReadyAsync(_public);
        var (there, here) = (new Uri(_management).Authority, new Uri(_public).Authority);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_management, "/metrics"));
        Assert.Contains("\"migrations\":\"ok\"", await _client.GetStringAsync(_management + "/health/ready"), StringComparison.Ordinal);
        Assert.Contains(
            "Accept: application/openmetrics-text", "Accept: " + (await OpenMetricsAsync()).Content.Headers.ContentType!.MediaType,
            StringComparison.Ordinal);
        foreach (var path in new[]
            { "/", "/signin", "/.well-known/openid-configuration", "/v1/users", "/health", "/metrics/", "/assets/app.css" })
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(_management, path, ("Host", here))));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _client.PostAsync(_management + "/metrics", null)).StatusCode);

        foreach (var path in new[] { "/metrics", "//metrics", "/Metrics", "/metrics/", "/health/metrics" })
            Assert.Equal((path, HttpStatusCode.NotFound), (path, await StatusAsync(_public, path, ("Host", there))));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(
            _public, "/metrics", ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", there),
            ("X-Forwarded-Port", $"{new Uri(_management).Port}")));
        // The whole address as the target of the request line (RFC 9112 section 3.2.2).
        Assert.StartsWith(
            "HTTP/1.1 404", await RawAsync(_public, $"GET {_management}/metrics HTTP/1.1\r\nHost: {there}\r\n"), StringComparison.Ordinal);
        Assert.Equal("""{"status":"ready"}""", await _client.GetStringAsync(_public + "/health/ready"));
    }

    [Fact]
    public async Task The_first_question_loads_what_counts_and_names_the_routes_of_plain_requests()
    {
        await using var server = Start(("MANAGEMENT_URLS", _management), ("CORE_DUMPS", "on"));
        await server.ReadyAsync(_public);
        await _client.GetStringAsync(_public + "/.well-known/jwks");
        await _client.GetStringAsync(_management + "/health/ready");
        Assert.DoesNotContain(
            "http_server_request_duration", await _client.GetStringAsync(_management + "/metrics"), StringComparison.Ordinal);
        Assert.True(server.HasLoaded("OpenTelemetry"));
        // What sends is still another package.
        Assert.False(server.HasLoaded("OpenTelemetry.Exporter.OpenTelemetryProtocol"));
        await _client.GetStringAsync(_public + "/.well-known/jwks");
        await StatusAsync(_public, "/no-such-page/4bf92f3577b34da6");
        await StatusAsync(_public, "/connect/authorize");
        // An answer is kept for a moment.
        var figures = "";
        foreach (var route in new[] { "/.well-known/jwks", "/connect/authorize" })
        {
            await Eventually.UntilAsync($"{route} is counted", async () =>
            {
                figures = await _client.GetStringAsync(_management + "/metrics");
                return figures.Contains($"http_route=\"{route}\"", StringComparison.Ordinal);
            }, () => figures);
        }
        Assert.DoesNotContain("no-such-page", figures, StringComparison.Ordinal);
        Assert.Contains("service_name=\"authserver\"", figures, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_points_its_name_to_this_machine_reads_nothing()
    {
        await using var server = Start(("MANAGEMENT_URLS", _management));
        await server.ReadyAsync(_management);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(_management, "/metrics", ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_management, "/metrics", ("Host", "localhost:1")));
    }

    [Fact]
    public async Task One_address_in_both_settings_serves_both()
    {
        var other = ServerProcess.FreeAddress();
        await using var server = Start(("MANAGEMENT_URLS", _public), ("ASPNETCORE_URLS", $"{_public};{other}"));
        await server.ReadyAsync(_public);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_public, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(_public, "/.well-known/openid-configuration"));
        Assert.Contains("\"keys\":\"ok\"", await _client.GetStringAsync(_public + "/health/ready"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(other, "/metrics", ("Host", new Uri(_public).Authority)));
    }

    [Fact]
    public async Task A_named_address_that_is_taken_ends_the_start_with_the_cure()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var (exit, _, errors) = await ServerProcess.RunAsync(Environment(("MANAGEMENT_URLS", $"http://{other.LocalEndpoint}")));
        Assert.Equal(69, exit);
        Assert.Contains("MANAGEMENT_URLS: ", errors, StringComparison.Ordinal);
        Assert.Contains("stop the other program, name another address, or set it to off", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:5090", "is not an http or https address")]
    [InlineData("http://localhost:5090/metrics", "is not an http or https address without a path")]
    [InlineData("https://localhost:5099", "there is no certificate for it")]
    public async Task An_address_that_cannot_be_used_is_refused(string urls, string expected)
    {
        var (exit, _, errors) = await ServerProcess.RunAsync(Environment(("MANAGEMENT_URLS", urls)));
        Assert.Equal(78, exit);
        Assert.Contains("MANAGEMENT_URLS: ", errors, StringComparison.Ordinal);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_run_beside_each_other_when_nobody_names_an_address()
    {
        // The first of them, or another program, has the port.
        await using var first = Start(("MANAGEMENT_URLS", ""));
        await first.ReadyAsync(_public);
        var address = ServerProcess.FreeAddress();
        await using var second = ServerProcess.Start([
            ("AUTHSERVER_DATA", Path.Combine(_data, "second")), ("ASPNETCORE_URLS", address), ("MANAGEMENT_URLS", "")]);
        await second.ReadyAsync(address);
        Assert.Contains("Management    off, because another program has http://localhost:5090", second.Output, StringComparison.Ordinal);
    }

    private ServerProcess Start(params (string Key, string Value)[] environment) => ServerProcess.Start(Environment(environment));

    private (string, string)[] Environment(params (string Key, string Value)[] environment) =>
        [("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _public), .. environment];

    private async Task<HttpStatusCode> StatusAsync(string address, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address + path);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var answer = await _client.SendAsync(request);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> OpenMetricsAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _management + "/metrics");
        request.Headers.Accept.ParseAdd("application/openmetrics-text; version=1.0.0");
        return await _client.SendAsync(request);
    }

    private static async Task<string> RawAsync(string address, string head)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(address).Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(head + "Connection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
