using System.Data;
using AuthServer.Backup.Rows;
using Npgsql;

namespace AuthServer.Backup.Databases;

/// <summary>A snapshot of a PostgreSQL database.</summary>
internal sealed class PostgresSource : ITableSource
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private PostgresSource(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    public static async Task<PostgresSource> OpenAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            await using var command = new NpgsqlCommand("SET TRANSACTION READ ONLY", connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
            return new(connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task ReadAsync(BackupTable table, RowSink sink, CancellationToken cancellation) =>
        PostgresRows.ReadAsync(_connection, table, sink, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
