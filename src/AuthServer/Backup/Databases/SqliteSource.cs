using AuthServer.Backup.Rows;
using AuthServer.Data.Encryption;
using Microsoft.Data.Sqlite;

namespace AuthServer.Backup.Databases;

/// <summary>A snapshot of the embedded database: one read transaction, which writers do not wait for.</summary>
public sealed class SqliteSource : ITableSource
{
    private readonly SqliteConnection _connection;

    private SqliteSource(SqliteConnection connection) => _connection = connection;

    /// <param name="alone">Held by the caller, so that nobody writes; it stays open.</param>
    public static ITableSource Of(SqliteConnection alone) => new HeldSource(alone);

    internal static SqliteSource Open(EmbeddedFile file)
    {
        var connection = new SqliteConnection(file.UnpooledConnectionString);
        try
        {
            connection.Open();
            Run(connection, "PRAGMA busy_timeout=5000; PRAGMA temp_store=MEMORY;");
            // A read transaction begins with the first reading.
            Run(connection, "BEGIN; SELECT 1 FROM sqlite_master LIMIT 1;");
            return new(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public Task ReadAsync(BackupTable table, RowSink sink, CancellationToken cancellation) =>
        SqliteRows.ReadAsync(_connection, table, sink, cancellation);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class HeldSource(SqliteConnection connection) : ITableSource
    {
        public Task ReadAsync(BackupTable table, RowSink sink, CancellationToken cancellation) =>
            SqliteRows.ReadAsync(connection, table, sink, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
