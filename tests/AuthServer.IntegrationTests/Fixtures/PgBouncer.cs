namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A PgBouncer in transaction mode in front of a cluster; it asks nobody for a password.</summary>
public sealed class PgBouncer : IDisposable
{
    private const string User = "postgres", Settings = "pgbouncer.ini";

    private readonly string _folder;
    private readonly int _port;
    private ChildProcess _server;

    private PgBouncer(ChildProcess server, string folder, int port) => (_server, _folder, _port) = (server, folder, port);

    public static async Task<PgBouncer> StartAsync(PostgresCluster cluster)
    {
        var folder = Directory.CreateTempSubdirectory("authserver-pgbouncer-").FullName;
        var port = FreePorts.Next();
        // Fewer connections than a server of the tests opens, so that transactions of several meet in one.
        await File.WriteAllTextAsync(Path.Combine(folder, "users"), $"\"{User}\" \"\"\n");
        await File.WriteAllTextAsync(Path.Combine(folder, Settings), $"""
            [databases]
            * = host=127.0.0.1 port={cluster.Port}
            [pgbouncer]
            pool_mode = transaction
            default_pool_size = 5
            max_client_conn = 200
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {folder}/users
            """);
        if (Environment.IsPrivilegedProcess) await ChildProcess.RunAsync("chown", "-R", User, folder);
        return new(await RunAsync(folder, port), folder, port);
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _server.Kill();

    /// <summary>At the same address.</summary>
    public async Task StartAgainAsync()
    {
        _server.Dispose();
        _server = await RunAsync(_folder, _port);
    }

    /// <summary>A DATABASE_URL for a database of the cluster.</summary>
    public string Url(string database) => $"postgresql://{User}:unused@127.0.0.1:{_port}/{database}?sslmode=disable&pgbouncer=true";

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<ChildProcess> RunAsync(string folder, int port)
    {
        var (program, file) = (ChildProcess.Find("pgbouncer"), Path.Combine(folder, Settings));
        // It refuses to run as root.
        var server = Environment.IsPrivilegedProcess
            ? ChildProcess.Start("setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", program, file])
            : ChildProcess.Start(program, [file]);
        await server.WaitUntilAsync("PgBouncer takes connections", () => ChildProcess.ListensAsync(port), TimeSpan.FromSeconds(90));
        return server;
    }
}
