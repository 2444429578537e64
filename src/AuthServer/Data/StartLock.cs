using AuthServer.Configuration;
using Npgsql;

namespace AuthServer.Data;

/// <summary>Lets one process at a time do the start-up work, so that two replicas neither migrate nor make the first keys twice.</summary>
public static class StartLock
{
    // Any fixed number; other programs on the same database must not use it.
    private const long AdvisoryKey = 0x4175746853727631;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Task<IAsyncDisposable> TakeAsync(
        DatabaseOptions options, DataDirectory directory, TimeProvider time, CancellationToken cancellation) =>
        options.Postgres is { } postgres ? TakeAdvisoryAsync(postgres, cancellation) : TakeFileAsync(directory, time, cancellation);

    /// <summary>A session-level lock on a connection of its own: the database frees it even when the process is killed.</summary>
    private static async Task<IAsyncDisposable> TakeAdvisoryAsync(NpgsqlConnectionStringBuilder postgres, CancellationToken cancellation)
    {
        var own = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Pooling = false, MinPoolSize = 0 };
        var connection = new NpgsqlConnection(own.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = (int)Patience.TotalSeconds };
            command.Parameters.Add(new() { Value = AdvisoryKey });
            await command.ExecuteNonQueryAsync(cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>The operating system frees the file when the process ends. The empty file stays: deleting it would let two hold "the" lock.</summary>
    private static async Task<IAsyncDisposable> TakeFileAsync(DataDirectory directory, TimeProvider time, CancellationToken cancellation)
    {
        var path = directory.FileAt("start.lock");
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
            }
        }
    }
}
