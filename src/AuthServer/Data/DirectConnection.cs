using System.Data;
using System.Data.Common;

namespace AuthServer.Data;

/// <summary>An open connection of <see cref="DirectSql"/>; what is begun and not committed is rolled back when it is disposed.</summary>
public sealed class DirectConnection(DbConnection connection, IDirectStatements? watch) : IAsyncDisposable
{
    private DbTransaction? _transaction;

    public async ValueTask BeginAsync(CancellationToken cancellationToken) => _transaction = await connection.BeginTransactionAsync(cancellationToken);

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        await _transaction!.CommitAsync(cancellationToken);
        watch?.Commits();
        await EndAsync();
    }

    /// <returns>The first row, or null when there is none.</returns>
    public async ValueTask<T?> FirstAsync<T>(string sql, Action<DirectParameters> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(read);
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <returns>Every row; for statements whose rows are few by nature.</returns>
    public async ValueTask<List<T>> ListAsync<T>(string sql, Action<DirectParameters> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(read);
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    /// <returns>How many rows were written.</returns>
    public async ValueTask<int> ExecuteAsync(string sql, Action<DirectParameters> values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_transaction is not null) await EndAsync();
        await connection.DisposeAsync();
    }

    private async ValueTask EndAsync()
    {
        await _transaction!.DisposeAsync();
        _transaction = null;
    }

    private DbCommand Command(string sql, Action<DirectParameters> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of the rooms; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = _transaction;
        values(new DirectParameters(command));
        watch?.Runs(command);
        return command;
    }
}

/// <summary>Adds typed parameters to a statement.</summary>
/// <remarks>The type is named because PostgreSQL cannot infer it for a null inside <c>INSERT ... SELECT</c>.</remarks>
public readonly struct DirectParameters(DbCommand command)
{
    public static readonly Action<DirectParameters> None = static _ => { };

    public DirectParameters Add(string name, Guid? value) => Add(name, DbType.Guid, value);

    public DirectParameters Add(string name, string? value) => Add(name, DbType.String, value);

    public DirectParameters Add(string name, bool value) => Add(name, DbType.Boolean, value);

    public DirectParameters Add(string name, int value) => Add(name, DbType.Int32, value);

    /// <param name="value">UTC.</param>
    public DirectParameters Add(string name, DateTime value) => Add(name, DbType.DateTime2, DateTime.SpecifyKind(value, DateTimeKind.Unspecified));

    private DirectParameters Add(string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
        return this;
    }
}

/// <summary>Columns as the entities hold them.</summary>
public static class DirectColumns
{
    public static string? Text(this DbDataReader row, int column)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsDBNull(column) ? null : row.GetString(column);
    }

    /// <summary>UTC.</summary>
    public static DateTime Time(this DbDataReader row, int column)
    {
        ArgumentNullException.ThrowIfNull(row);
        return DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);
    }

    /// <inheritdoc cref="Time"/>
    public static DateTime? TimeOrNull(this DbDataReader row, int column)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.IsDBNull(column) ? null : row.Time(column);
    }
}
