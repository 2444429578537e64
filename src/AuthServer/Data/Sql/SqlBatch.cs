using System.Data.Common;

namespace AuthServer.Data.Sql;

/// <summary>Statements of which all happen or none; on PostgreSQL they and their commit are one journey to the database.</summary>
/// <remarks>
/// None sees the answer of another, so a statement that hangs on an earlier one asks in its own text whether that has written.
/// No row stays locked while the server thinks.
/// </remarks>
public sealed class SqlBatch(DbDataSource source, ISqlObserver? watch)
{
    private readonly List<(string Sql, Action<SqlValues> Values)> _statements = [];
    private readonly List<int> _written = [];

    /// <summary>How many rows each statement has written, once they ran.</summary>
    public IReadOnlyList<int> Written => _written;

    public SqlBatch Add(string sql, Action<SqlValues> values)
    {
        _statements.Add((sql, values));
        return this;
    }

    /// <summary>Runs the statements in the order in which they were added, and commits.</summary>
    /// <returns>The first row that one of them returns, or null.</returns>
    public async ValueTask<T?> RunAsync<T>(Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        foreach (var (sql, _) in _statements) watch?.Runs(sql, alone: false);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var row = connection.CanCreateBatch
            ? await RunAtOnceAsync(connection, read, cancellationToken)
            : await RunInTurnAsync(connection, read, cancellationToken);
        watch?.Commits();
        return row;
    }

    // The statements of a batch are a transaction of their own (PostgreSQL manual, section 53.2.4: up to the one Sync at its end).
    private async ValueTask<T?> RunAtOnceAsync<T>(DbConnection connection, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var batch = connection.CreateBatch();
        foreach (var (sql, values) in _statements)
        {
            var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // The texts are constants of the rooms; values travel as parameters.
            command.CommandText = SqlValues.Fill(command.Parameters, sql, values);
#pragma warning restore CA2100
            batch.BatchCommands.Add(command);
        }

        T? row = null;
        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            do
            {
                while (await reader.ReadAsync(cancellationToken)) row ??= read(reader);
            }
            while (await reader.NextResultAsync(cancellationToken));
        }

        _written.AddRange(batch.BatchCommands.Select(c => c.RecordsAffected));
        return row;
    }

    private async ValueTask<T?> RunInTurnAsync<T>(DbConnection connection, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        T? row = null;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var (sql, values) in _statements)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = transaction;
#pragma warning disable CA2100 // As above.
            command.CommandText = SqlValues.Fill(command.Parameters, sql, values);
#pragma warning restore CA2100
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) row ??= read(reader);
            await reader.CloseAsync();
            _written.Add(reader.RecordsAffected);
        }

        await transaction.CommitAsync(cancellationToken);
        return row;
    }
}
