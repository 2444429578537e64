using System.Data.Common;

namespace AuthServer.Data.Sql;

/// <summary>Told of what runs past the object mapper; whoever counts statements registers one.</summary>
public interface ISqlObserver
{
    /// <param name="alone">Outside of a transaction: what it writes is committed with it.</param>
    void Runs(string sql, bool alone);

    /// <summary>A transaction of several statements has been committed.</summary>
    void Commits();
}

/// <summary>Runs the statements of the busiest requests and of every start, in SQL that both databases know, past the object mapper.</summary>
/// <remarks>The mapper's own work for such a statement is several times that of the driver; docs/performance.md has the figures.</remarks>
public sealed class SqlRunner(DbDataSource source, ISqlObserver? watch = null)
{
    /// <summary>Statements hold their thread: for the start, when nobody else wants it and each asynchronous method that is met must first be compiled.</summary>
    public bool Blocks { get; set; }

    /// <summary>A connection for several statements.</summary>
    public async ValueTask<OpenedConnection> OpenAsync(CancellationToken cancellationToken) =>
        Blocks ? new(source.OpenConnection(), watch, blocks: true) : new(await source.OpenConnectionAsync(cancellationToken), watch, blocks: false);

    /// <summary>Begins a list of statements of which all happen or none.</summary>
    public SqlBatch Together() => new(source, watch);

    /// <inheritdoc cref="OpenedConnection.FirstAsync"/>
    public async ValueTask<T?> FirstAsync<T>(string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.FirstAsync(sql, values, read, cancellationToken);
    }

    /// <inheritdoc cref="OpenedConnection.ListAsync"/>
    public async ValueTask<List<T>> ListAsync<T>(string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.ListAsync(sql, values, read, cancellationToken);
    }

    /// <inheritdoc cref="OpenedConnection.ExecuteAsync"/>
    public async ValueTask<int> ExecuteAsync(string sql, Action<SqlValues> values, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.ExecuteAsync(sql, values, cancellationToken);
    }
}
