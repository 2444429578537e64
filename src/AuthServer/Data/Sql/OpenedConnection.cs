using System.Data;
using System.Data.Common;

namespace AuthServer.Data.Sql;

/// <summary>An open connection of <see cref="SqlRunner"/>; each statement commits by itself.</summary>
public sealed class OpenedConnection(DbConnection connection, ISqlObserver? watch, bool blocks) : IAsyncDisposable
{
    /// <returns>The first row, or null when there is none.</returns>
    public async ValueTask<T?> FirstAsync<T>(string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var command = Command(sql, values);
        await using var reader = blocks ? command.ExecuteReader(CommandBehavior.SingleRow) : await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        return (blocks ? reader.Read() : await reader.ReadAsync(cancellationToken)) ? read(reader) : null;
    }

    /// <returns>Every row; for statements whose rows are few by nature.</returns>
    public async ValueTask<List<T>> ListAsync<T>(string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        await using var reader = blocks ? command.ExecuteReader() : await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (blocks ? reader.Read() : await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    /// <returns>How many rows were written.</returns>
    public async ValueTask<int> ExecuteAsync(string sql, Action<SqlValues> values, CancellationToken cancellationToken)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private DbCommand Command(string sql, Action<SqlValues> values)
    {
        watch?.Runs(sql, alone: true);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of the rooms; values travel as parameters.
        command.CommandText = SqlValues.Fill(command.Parameters, sql, values);
#pragma warning restore CA2100
        return command;
    }
}
