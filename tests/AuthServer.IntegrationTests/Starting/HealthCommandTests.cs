using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>`AuthServer health`, which asks a running server from beside it.</summary>
public sealed class HealthCommandTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_server_that_is_ready_is_found_at_each_form_of_its_address()
    {
        var (any, port) = (ServerProcess.FreeAddress("+"), ServerProcess.FreeAddress());
        var socket = Path.Combine(Path.GetTempPath(), $"health-{Guid.CreateVersion7():N}.sock");
        var listeners = $"{any};{port};http://unix:{socket}";
        await using var server = ServerProcess.Start(
            [("ASPNETCORE_URLS", listeners), ("AUTHSERVER_DATA", _data), ("TRUSTED_PROXIES", "127.0.0.1"), ("API_BASE_URL", port)]);
        await server.ReadyAsync(port);
        foreach (var urls in listeners.Split(';'))
            Assert.Equal((0, "Ready.", ""), await AskAsync(urls));

        await server.StopAsync();
        var (code, _, errors) = await AskAsync(port);
        Assert.Equal(1, code);
        Assert.Contains($"Not ready: {port} does not answer", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_https_alone_is_asked_whatever_its_certificate_is_for()
    {
        var address = ServerProcess.FreeAddress("localhost").Replace("http:", "https:", StringComparison.Ordinal);
        (string, string)[] environment = [("ASPNETCORE_URLS", address), ("AUTHSERVER_DATA", _data), ("LOCAL_HTTPS", "true")];
        await using var server = ServerProcess.Start(environment);
        (int Exit, string Output, string Errors) answer;
        var asked = 0;
        do answer = await ServerProcess.RunAsync(environment, "health");
        // It may be asked before it listens.
        while (answer.Exit != 0 && ++asked < 100 && !server.HasExited);
        Assert.Equal((0, "Ready.", ""), answer);
    }

    [Fact]
    public async Task An_answer_that_is_not_ready_is_exit_code_1()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        var (exit, _, errors) = await AskAsync($"http://{listener.LocalEndpoint}");
        Assert.Equal((1, $"Not ready: http://{listener.LocalEndpoint} answers 503."), (exit, errors));
        Assert.StartsWith("GET /health/ready HTTP/1.1", await answering, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(64, "now")]
    public async Task Its_command_line_is_checked(int exit, string argument) =>
        Assert.Equal(exit, (await ServerProcess.RunAsync([], "health", argument)).ExitCode);

    private Task<(int ExitCode, string Output, string Errors)> AskAsync(string urls) =>
        ServerProcess.RunAsync([("ASPNETCORE_URLS", urls), ("AUTHSERVER_DATA", _data)], "health");

    private static async Task<string> AnswerAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer);
        await client.GetStream().WriteAsync("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
