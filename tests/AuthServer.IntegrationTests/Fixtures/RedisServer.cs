using StackExchange.Redis;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A Redis of its own on a free loopback port, which keeps nothing.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly string[] _arguments;
    private ChildProcess _server;

    private RedisServer(string[] arguments, ChildProcess server, int port) => (_arguments, _server, Port) = (arguments, server, port);

    public int Port { get; }

    public string Url => $"redis://127.0.0.1:{Port}/0";

    public static Task<RedisServer> StartAsync() => StartAsync("--port");

    /// <param name="portSetting">--port, or --tls-port with what it needs in the further settings.</param>
    public static async Task<RedisServer> StartAsync(string portSetting, params string[] further)
    {
        var port = FreePorts.Next();
        string[] arguments = [portSetting, $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. further];
        return new RedisServer(arguments, await RunAsync(arguments, port), port);
    }

    /// <summary>By TLS alone.</summary>
    /// <param name="folder">For its files.</param>
    /// <param name="asksClients">Whether clients need a certificate of the authority.</param>
    internal static Task<RedisServer> StartTlsAsync(
        string folder, TestAuthority authority, (string Certificate, string PrivateKey) shown, bool asksClients, params string[] further)
    {
        var (certificate, privateKey) = TestAuthority.Write(folder, "redis", shown);
        return StartAsync(
            "--tls-port",
            ["--port", "0", "--tls-cert-file", certificate, "--tls-key-file", privateKey, "--tls-ca-cert-file",
                authority.WriteRoot(folder), "--tls-auth-clients", asksClients ? "yes" : "no", .. further]);
    }

    /// <summary>SIGKILL.</summary>
    public void Stop() => _server.Kill();

    /// <summary>Empty, at the same address.</summary>
    public async Task StartAgainAsync()
    {
        _server.Dispose();
        _server = await RunAsync(_arguments, Port);
    }

    /// <summary>What an operator types into redis-cli.</summary>
    public async Task<RedisResult> ExecuteAsync(string command, params object[] arguments)
    {
        var password = Array.IndexOf(_arguments, "--requirepass") is var at and >= 0 ? _arguments[at + 1] : null;
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port},allowAdmin=true,password={password}");
        return await connection.GetDatabase().ExecuteAsync(command, arguments);
    }

    /// <summary>One that watches others.</summary>
    public static async Task<RedisServer> StartSentinelAsync(string configFile)
    {
        var port = FreePorts.Next();
        string[] arguments = [configFile, "--sentinel", "--port", $"{port}", "--bind", "127.0.0.1"];
        return new RedisServer(arguments, await RunAsync(arguments, port), port);
    }

    public void Dispose() => _server.Dispose();

    private static async Task<ChildProcess> RunAsync(string[] arguments, int port)
    {
        var server = ChildProcess.Start("redis-server", arguments);
        await server.WaitUntilAsync("Redis takes connections", () => ChildProcess.ListensAsync(port), TimeSpan.FromSeconds(90));
        return server;
    }
}
