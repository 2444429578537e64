using System.Data;
using System.Data.Common;
using Npgsql;

namespace AuthServer.Data.Sql;

/// <summary>
/// A connection of <see cref="SqlRunner"/>. Each statement commits by itself, unless the connection is that of a transaction.
/// </summary>
public sealed class OpenedConnection : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly DbTransaction? _transaction;
    private readonly ISqlObserver? _observer;
    private readonly bool _blocks;

    /// <param name="connection">Returned to its pool at the end.</param>
    internal OpenedConnection(DbConnection connection, ISqlObserver? observer, bool blocks) =>
        (_connection, _observer, _blocks) = (connection, observer, blocks);

    /// <param name="transaction">Begun, and to be ended, by the caller.</param>
    internal OpenedConnection(DbTransaction transaction, ISqlObserver? observer) =>
        (_connection, _transaction, _observer) = (transaction.Connection!, transaction, observer);

    /// <returns>The first row, or null when there is none.</returns>
    public async ValueTask<T?> FirstAsync<T>(
        string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        for (var fresh = false; ; fresh = true)
        {
            try
            {
                using var span = StatementTrace.Begin(_connection, sql);
                await using var command = Command(sql, values);
                await using var reader = _blocks
                    ? command.ExecuteReader(CommandBehavior.SingleRow)
                    : await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
                return (_blocks ? reader.Read() : await reader.ReadAsync(cancellationToken)) ? read(reader) : null;
            }
            catch (PostgresException e) when (!fresh && CanRunAgain(e))
            {
                StalePlan.Forget(_connection);
            }
        }
    }

    /// <inheritdoc cref="FirstAsync"/>
    public async ValueTask<T?> FirstValueAsync<T>(
        string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : struct
    {
        for (var fresh = false; ; fresh = true)
        {
            try
            {
                using var span = StatementTrace.Begin(_connection, sql);
                await using var command = Command(sql, values);
                await using var reader = _blocks
                    ? command.ExecuteReader(CommandBehavior.SingleRow)
                    : await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
                return (_blocks ? reader.Read() : await reader.ReadAsync(cancellationToken)) ? read(reader) : null;
            }
            catch (PostgresException e) when (!fresh && CanRunAgain(e))
            {
                StalePlan.Forget(_connection);
            }
        }
    }

    /// <returns>Every row; for statements whose rows are few by nature.</returns>
    public async ValueTask<List<T>> ListAsync<T>(
        string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        for (var fresh = false; ; fresh = true)
        {
            try
            {
                using var span = StatementTrace.Begin(_connection, sql);
                await using var command = Command(sql, values);
                await using var reader = _blocks ? command.ExecuteReader() : await command.ExecuteReaderAsync(cancellationToken);
                var rows = new List<T>();
                while (_blocks ? reader.Read() : await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
                return rows;
            }
            catch (PostgresException e) when (!fresh && CanRunAgain(e))
            {
                StalePlan.Forget(_connection);
            }
        }
    }

    /// <returns>How many rows were written.</returns>
    public async ValueTask<int> ExecuteAsync(string sql, Action<SqlValues> values, CancellationToken cancellationToken)
    {
        using var span = StatementTrace.Begin(_connection, sql);
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _transaction is null ? _connection.DisposeAsync() : default;

    // The statement has done nothing yet. A transaction ends with the failure, and its caller begins it anew or not.
    private bool CanRunAgain(PostgresException e) => _transaction is null && StalePlan.IsMetBy(e);

    private DbCommand Command(string sql, Action<SqlValues> values)
    {
        _observer?.Runs(sql, alone: _transaction is null);
        return SqlCommands.Make(_connection, _transaction, sql, values);
    }
}
