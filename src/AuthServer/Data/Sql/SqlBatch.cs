using System.Data.Common;
using Npgsql;

namespace AuthServer.Data.Sql;

/// <summary>Statements of which all happen or none; on PostgreSQL they and their commit are one round trip.</summary>
/// <remarks>
/// No statement sees the answer of another one, so a statement that depends on an earlier one asks in its own text whether that one has
/// written.
/// Because everything is sent at once, no row stays locked while the server computes; for the same reason the batch has committed when its
/// rows are
/// read. The caller that begins a batch also runs it.
/// </remarks>
public sealed class SqlBatch(DbDataSource source, ISqlObserver? observer)
{
    private readonly List<BatchStatement> _statements = [];

    /// <summary>Adds a statement that returns no rows.</summary>
    /// <returns>What it has done, once the batch has run.</returns>
    public BatchStatement Add(string sql, Action<SqlValues> values)
    {
        var statement = new BatchStatement(sql, values);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Adds a statement that returns rows, of which the first is read.</summary>
    /// <inheritdoc cref="Add(string, Action{SqlValues})"/>
    public BatchRow<T> Add<T>(string sql, Action<SqlValues> values, Func<DbDataReader, T> read)
        where T : class
    {
        var statement = new BatchRow<T>(sql, values, read);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Runs the statements in the order in which they were added, and commits.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        foreach (var statement in _statements) observer?.Runs(statement.Sql, alone: false);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        if (connection.CanCreateBatch)
        {
            try
            {
                await RunAtOnceAsync(connection, cancellationToken);
            }
            catch (PostgresException e) when (StalePlan.IsMetBy(e))
            {
                // Nothing has happened: the one transaction has ended with the failure.
                StalePlan.Forget(connection);
                await RunAtOnceAsync(connection, cancellationToken);
            }
        }
        else await RunInTurnAsync(connection, cancellationToken);
        observer?.Commits();
    }

    // PostgreSQL manual, section 53.2.4: the statements up to the one Sync at the end of a batch are one transaction.
    private async ValueTask RunAtOnceAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = connection.CreateBatch();
        foreach (var statement in _statements)
        {
            var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // The texts are constants; values travel as parameters.
            command.CommandText = SqlValues.Fill(command.Parameters, statement.Sql, statement.Values);
#pragma warning restore CA2100
            batch.BatchCommands.Add(command);
        }

        await using (var reader = await batch.ExecuteReaderAsync(cancellationToken))
        {
            foreach (var statement in _statements)
            {
                // Npgsql steps over the results of statements that return no rows.
                if (!statement.ReturnsRows) continue;
                if (await reader.ReadAsync(cancellationToken)) statement.Read(reader);
                await reader.NextResultAsync(cancellationToken);
            }

            // An error of a later statement comes with its result: all are awaited before anything is believed.
            while (await reader.NextResultAsync(cancellationToken))
            {
            }
        }

        for (var i = 0; i < _statements.Count; i++) _statements[i].Written = batch.BatchCommands[i].RecordsAffected;
    }

    private async ValueTask RunInTurnAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var statement in _statements)
        {
            using var span = StatementTrace.Begin(connection, statement.Sql);
            await using var command = SqlCommands.Make(connection, transaction, statement.Sql, statement.Values);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (statement.ReturnsRows && await reader.ReadAsync(cancellationToken)) statement.Read(reader);
            // SQLite writes the other rows, and counts them, while they are read.
            while (await reader.ReadAsync(cancellationToken))
            {
            }

            await reader.CloseAsync();
            statement.Written = reader.RecordsAffected;
        }

        await transaction.CommitAsync(cancellationToken);
    }
}

/// <summary>One statement of a <see cref="SqlBatch"/>.</summary>
public class BatchStatement
{
    internal BatchStatement(string sql, Action<SqlValues> values) => (Sql, Values) = (sql, values);

    /// <summary>How many rows it has written, once the batch has run.</summary>
    public int Written { get; internal set; }

    internal string Sql { get; }

    internal Action<SqlValues> Values { get; }

    internal virtual bool ReturnsRows => false;

    internal virtual void Read(DbDataReader row)
    {
    }
}

/// <summary>A statement of a <see cref="SqlBatch"/> that returns rows.</summary>
public sealed class BatchRow<T> : BatchStatement
    where T : class
{
    private readonly Func<DbDataReader, T> _read;

    internal BatchRow(string sql, Action<SqlValues> values, Func<DbDataReader, T> read)
        : base(sql, values) => _read = read;

    /// <summary>The first row, or null when there was none; set once the batch has run.</summary>
    public T? Row { get; private set; }

    internal override bool ReturnsRows => true;

    internal override void Read(DbDataReader row) => Row = _read(row);
}
