using Npgsql;

namespace AuthServer.LoadTests.Machine;

/// <summary>A PostgreSQL of its own: temporary folder, loopback, durable as in production.</summary>
internal sealed class PostgresCluster : IDisposable
{
    private const string User = "postgres";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Child _server;
    private readonly string _folder;
    private int _databases;

    private PostgresCluster(Child server, string folder, int port, string bin) =>
        (_server, _folder, Port, Bin) = (server, folder, port, bin);

    public int Port { get; }

    /// <summary>The folder of its programs.</summary>
    public string Bin { get; }

    /// <param name="withStatements">Loads pg_stat_statements, which counts every statement and costs a little.</param>
    /// <param name="core">Null: the generator's.</param>
    public static async Task<PostgresCluster> StartAsync(bool withStatements = false, string? core = null)
    {
        var bin = FindBinaries();
        var folder = Directory.CreateTempSubdirectory("loadtests-pg-").FullName;
        if (Environment.IsPrivilegedProcess) await Child.RunAsync(Cores.Generator, "chown", [User, folder], Patience);
        var data = Path.Combine(folder, "data");
        var (program, arguments) = AsPostgres(
            Path.Combine(bin, "initdb"), ["-D", data, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"]);
        await Child.RunAsync(Cores.Generator, program, arguments, Patience);

        var port = Child.FreePort();
        string[] settings =
        [
            "-D", data, "-p", $"{port}", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=300", "-c",
            "shared_buffers=512MB",
            "-c", "max_wal_size=4GB", "-c", "log_min_messages=fatal", "-c", "timezone=UTC", "-c", "fsync=on", "-c", "synchronous_commit=on",
            .. withStatements ? ["-c", "shared_preload_libraries=pg_stat_statements"] : Array.Empty<string>(),
        ];
        (program, arguments) = AsPostgres(Path.Combine(bin, "postgres"), settings);
        var cluster = new PostgresCluster(Child.Start(core ?? Cores.Generator, program, arguments), folder, port, bin);
        await cluster._server.WaitUntilAsync("PostgreSQL takes connections", cluster.AnswersAsync, Patience);
        return cluster;
    }

    public string ConnectionString(string database, int poolSize = 50) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = Port, Username = User, Database = database, MaxPoolSize = poolSize,
    }.ConnectionString;

    /// <summary>The same as our server's setting.</summary>
    public string Url(string database) => $"postgresql://{User}:unused@127.0.0.1:{Port}/{database}?sslmode=disable";

    public async Task<string> CreateDatabaseAsync(string name)
    {
        name = $"{name.Replace('-', '_')}_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name}");
        return name;
    }

    public async Task ExecuteAsync(string database, string sql) => await ScalarAsync(database, sql);

    /// <returns>The first column of the first row.</returns>
    public async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        return await command.ExecuteScalarAsync();
    }

    public async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>CPU time of all its processes so far, those that have ended too.</summary>
    public TimeSpan Cpu() => ProcessFigures.FamilyCpu(_server.Id);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ExecuteAsync("postgres", "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // PostgreSQL refuses to run as root.
    private static (string, string[]) AsPostgres(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", program, .. arguments])
        : (program, arguments);

    private static string FindBinaries()
    {
        var folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var v) ? v : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        string?[] candidates = [Environment.GetEnvironmentVariable("PG_BIN"), .. folders, .. (Environment.GetEnvironmentVariable("PATH")
            ?? "").Split(':')];
        return candidates.FirstOrDefault(folder => folder is { Length: > 0 } && File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new CannotRunException("PostgreSQL is not installed (apt-get install postgresql)");
    }
}
