using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using AuthServer.IntegrationTests.Starting;
using Npgsql;

[assembly: AssemblyFixture(typeof(TemporaryPostgres))]

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A PostgreSQL of its own for the processes under test, made at the first use and gone with the test run.</summary>
public sealed class TemporaryPostgres : IAsyncDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pg-{Guid.CreateVersion7():N}");
    private readonly Lazy<Task<int>> _port;

    public TemporaryPostgres() => _port = new(StartAsync);

    /// <summary>An empty database, as the text of DATABASE_URL.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "The name is made here.")]
    public async Task<string> NewDatabaseAsync()
    {
        var port = await _port.Value;
        var name = $"start_{Guid.CreateVersion7():N}";
        await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return $"postgresql://postgres:no%20password@127.0.0.1:{port}/{name}";
    }

    public static string ConnectionString(string url)
    {
        var uri = new Uri(url);
        return $"Host=127.0.0.1;Port={uri.Port};Username=postgres;Database={uri.AbsolutePath[1..]};Timezone=UTC;Pooling=false";
    }

    [SuppressMessage("Security", "CA2100", Justification = "A constant of the tests.")]
    public static async Task<T> QueryAsync<T>(string url, string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString(url));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_port.IsValueCreated) return;
        await RunAsync("pg_ctl", "-s", "-D", _folder, "-m", "immediate", "-w", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<int> StartAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await RunAsync("initdb", "-D", _folder, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N");
        await RunAsync("pg_ctl", "-s", "-D", _folder, "-w", "-l", Path.Combine(_folder, "log"), "-o",
            $"-p {port} -k {_folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200", "start");
        return port;
    }

    /// <summary>PostgreSQL refuses to run as root: then the user that its package made runs it.</summary>
    private static async Task RunAsync(string program, params string[] arguments)
    {
        var path = Directory.EnumerateDirectories("/usr/lib/postgresql").Order().Select(d => Path.Combine(d, "bin", program)).Last(File.Exists);
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.WorkingDirectory = Path.GetTempPath();
        start.RedirectStandardOutput = start.RedirectStandardError = program == "initdb";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}.");
    }
}
