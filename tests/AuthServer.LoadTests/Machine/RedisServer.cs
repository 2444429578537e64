namespace AuthServer.LoadTests.Machine;

/// <summary>A Redis of its own on the generator's core, which keeps nothing.</summary>
internal sealed class RedisServer : IDisposable
{
    private readonly Child _server;

    private RedisServer(Child server, int port) => (_server, Port) = (server, port);

    public int Port { get; }

    public static async Task<RedisServer> StartAsync()
    {
        if (!Programs.Have("redis-server")) throw new CannotRunException("redis-server is not installed (apt-get install redis-server)");
        var port = Child.FreePort();
        var server = Child.Start(
            Cores.Generator, "redis-server", ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        await server.WaitUntilAsync("Redis takes connections", () => Child.ListensAsync(port), TimeSpan.FromSeconds(20));
        return new RedisServer(server, port);
    }

    public void Dispose() => _server.Dispose();
}
