using Npgsql;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A PostgreSQL server of its own in a temporary folder, on a free loopback port, with a user that needs no password.</summary>
public sealed class PostgresCluster : IDisposable
{
    private const string User = "postgres";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // It syncs nothing to the disk: its databases live as long as the tests.
    private static readonly string[] Fast = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"];

    private readonly string[] _settings;
    private readonly string _folder;
    private ChildProcess _server;
    private int _databases;

    private PostgresCluster(string[] settings, ChildProcess server, string folder, int port) =>
        (_settings, _server, _folder, Port) = (settings, server, folder, port);

    public int Port { get; }

    /// <summary>Its data directory.</summary>
    public string Data => Path.Combine(_folder, "data");

    /// <summary>What it has logged.</summary>
    public string Log => _server.Output;

    /// <param name="durable">Whether it writes through to the disk, as in production.</param>
    /// <param name="initialize">Options of initdb.</param>
    public static async Task<PostgresCluster> StartAsync(bool durable, params string[] initialize)
    {
        var bin = FindBinaries();
        var folder = Directory.CreateTempSubdirectory("authserver-pg-").FullName;
        if (Environment.IsPrivilegedProcess) await ChildProcess.RunAsync("chown", User, folder);
        var data = Path.Combine(folder, "data");
        // The locale is named, so that lower() treats letters the same on every machine.
        using (
            var init = AsPostgres(
                Path.Combine(bin, "initdb"), ["-D", data, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8",
                .. initialize]))
        {
            await init.WaitForExitAsync(Patience);
            if (init.ExitCode != 0) throw new InvalidOperationException("initdb failed:\n" + init.Output);
        }

        return await StartAsync(folder, durable ? [] : Fast);
    }

    private static async Task<PostgresCluster> StartAsync(string folder, string[] further)
    {
        var port = FreePorts.Next();
        string[] settings =
        [
            "-D", Path.Combine(folder, "data"), "-p", $"{port}", "-k", folder, "-c", "listen_addresses=127.0.0.1",
            "-c", "max_connections=500", "-c", "log_min_messages=fatal", "-c", "timezone=UTC",
            // A standby looks for its primary again at once.
            "-c", "wal_retrieve_retry_interval=100ms", .. further,
        ];
        var cluster = new PostgresCluster(settings, AsPostgres(Path.Combine(FindBinaries(), "postgres"), settings), folder, port);
        await cluster._server.WaitUntilAsync("PostgreSQL takes connections", cluster.AnswersAsync, Patience);
        return cluster;
    }

    /// <summary>A copy that follows this one. This one, if durable, waits with each commit until the copy has it.</summary>
    public async Task<PostgresCluster> StartStandbyAsync()
    {
        var folder = Directory.CreateTempSubdirectory("authserver-pg-").FullName;
        if (Environment.IsPrivilegedProcess) await ChildProcess.RunAsync("chown", User, folder);
        await CopyToAsync(folder);
        var standby = await StartAsync(folder, Fast[..2]);
        await WaitForStandbyAsync();
        return standby;
    }

    /// <summary>What another one has replaced comes back, at its own address, as the standby of that one.</summary>
    public async Task ReturnAsStandbyAsync(PostgresCluster primary)
    {
        Kill();
        Directory.Delete(Data, recursive: true);
        await primary.CopyToAsync(_folder);
        await StartAgainAsync();
        await primary.WaitForStandbyAsync();
    }

    /// <summary>Returns when no transaction writes here any more.</summary>
    public async Task RefuseWritesAsync()
    {
        await ExecuteAsync("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
        await ReloadAsync();
        // A new session has the setting once all others have been told. What began before may still write.
        await _server.WaitUntilAsync("no transaction writes", () => IsAsync("postgres", """
            SELECT current_setting('default_transaction_read_only') = 'on' AND NOT EXISTS (
                SELECT FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
                    AND (backend_xid IS NOT NULL OR xact_start < pg_conf_load_time()))
            """), Patience);
    }

    /// <summary>Lets a standby take writes.</summary>
    public async Task PromoteAsync()
    {
        await ExecuteAsync("postgres", "SELECT pg_promote()");
        // What it has copied asks for a standby of its own.
        await ExecuteAsync("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
        await ReloadAsync();
    }

    /// <summary>SIGKILL, after which nothing answers.</summary>
    public void Kill() => _server.Kill();

    /// <summary>At the same address, as before.</summary>
    public async Task StartAgainAsync()
    {
        _server.Dispose();
        _server = AsPostgres(Path.Combine(FindBinaries(), "postgres"), _settings);
        await _server.WaitUntilAsync("PostgreSQL takes connections", AnswersAsync, Patience);
    }

    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Port, Username = User, Database = database,
            Pooling = false }.ConnectionString;

    /// <summary>The same as the server's setting.</summary>
    public string Url(string database) => $"postgresql://{User}:unused@127.0.0.1:{Port}/{database}?sslmode=disable";

    /// <param name="template">The database to copy; empty when null.</param>
    /// <returns>The new database's name.</returns>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {template ?? "template0"}");
        return name;
    }

    public async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What a statement that answers true or false says.</summary>
    public async Task<bool> IsAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Writes a file of its configuration, which takes effect with the next statement of <see cref="ReloadAsync"/>.</summary>
    public async Task WriteAsync(string name, string text)
    {
        var path = Path.Combine(Data, name);
        await File.WriteAllTextAsync(path, text);
        // The server reads no private key that others may read.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (Environment.IsPrivilegedProcess) await ChildProcess.RunAsync("chown", User, path);
    }

    public Task ReloadAsync() => ExecuteAsync("postgres", "SELECT pg_reload_conf()");

    /// <summary>Writes a database as the text of pg_dump.</summary>
    public Task DumpAsync(string database, string file) => ChildProcess.RunAsync(
        Path.Combine(FindBinaries(), "pg_dump"), "-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-f", file, database);

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task CopyToAsync(string folder)
    {
        using var copy = AsPostgres(Path.Combine(FindBinaries(), "pg_basebackup"),
            ["-h", "127.0.0.1", "-p", $"{Port}", "-U", User, "-D", Path.Combine(folder, "data"), "-R", "--no-sync", "-c", "fast"]);
        await copy.WaitForExitAsync(Patience);
        if (copy.ExitCode != 0) throw new InvalidOperationException("pg_basebackup failed:\n" + copy.Output);
    }

    private async Task WaitForStandbyAsync()
    {
        await _server.WaitUntilAsync("a standby follows", () => IsAsync(
            "postgres", "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming')"), Patience);
        await ExecuteAsync("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'");
        await ReloadAsync();
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

    // PostgreSQL refuses to run as root. setpriv replaces itself by the program, so that a kill reaches it.
    private static ChildProcess AsPostgres(string program, string[] arguments) => Environment.IsPrivilegedProcess
        ? ChildProcess.Start("setpriv", [$"--reuid={User}", $"--regid={User}", "--init-groups", program, .. arguments])
        : ChildProcess.Start(program, arguments);

    private static string FindBinaries()
    {
        var folders = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var v) ? v : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        string?[] candidates = [Environment.GetEnvironmentVariable("PG_BIN"), .. folders, .. (Environment.GetEnvironmentVariable("PATH")
            ?? "").Split(':')];
        return candidates.FirstOrDefault(folder => folder is { Length: > 0 } && File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed; tests/run.sh installs it.");
    }
}
