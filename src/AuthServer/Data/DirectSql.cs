using System.Data;
using System.Data.Common;

namespace AuthServer.Data;

/// <summary>Told of each statement that runs past the object mapper; whoever counts statements registers one.</summary>
public delegate void DirectStatementRuns(DbCommand command);

/// <summary>Runs the few statements of the busiest requests, in SQL that both databases know, past the object mapper.</summary>
/// <remarks>The mapper's own work for such a statement is several times that of the driver; docs/performance.md has the figures.</remarks>
public sealed class DirectSql(DbDataSource source, DirectStatementRuns? runs = null)
{
    /// <returns>The first row, or null when there is none.</returns>
    public async ValueTask<T?> FirstAsync<T>(string sql, Action<DirectParameters> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(read);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? read(reader) : null;
    }

    /// <returns>How many rows were written.</returns>
    public async ValueTask<int> ExecuteAsync(string sql, Action<DirectParameters> values, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(values);
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private DbCommand Command(DbConnection connection, string sql, Action<DirectParameters> values)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants of the rooms; values travel as parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        values(new DirectParameters(command));
        runs?.Invoke(command);
        return command;
    }
}

/// <summary>Adds typed parameters to a statement.</summary>
public readonly struct DirectParameters(DbCommand command)
{
    public DirectParameters Add(string name, Guid value) => Add(name, DbType.Guid, value);

    public DirectParameters Add(string name, string? value) => Add(name, DbType.String, value);

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
