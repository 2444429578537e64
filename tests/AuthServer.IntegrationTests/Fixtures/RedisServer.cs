using System.Net.Sockets;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A Redis of its own on a free loopback port, which keeps nothing.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly ChildProcess _server;

    private RedisServer(ChildProcess server, int port) => (_server, Port) = (server, port);

    public int Port { get; }

    public string Url => $"redis://127.0.0.1:{Port}/0";

    public static Task<RedisServer> StartAsync() => StartAsync("--port");

    /// <param name="portSetting">--port, or --tls-port with what it needs in the further settings.</param>
    public static async Task<RedisServer> StartAsync(string portSetting, params string[] further)
    {
        var port = ChildProcess.FreePort();
        var server = ChildProcess.Start("redis-server",
            [portSetting, $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. further]);
        await server.WaitUntilAsync("Redis takes connections", () => AnswersAsync(port), TimeSpan.FromSeconds(20));
        return new RedisServer(server, port);
    }

    public void Dispose() => _server.Dispose();

    private static async Task<bool> AnswersAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
