using System.Data.Common;
using Microsoft.EntityFrameworkCore.Storage;

namespace AuthServer.Data.Sql;

/// <summary>Is told of every statement that does not go through EF Core; tests register one to count statements.</summary>
public interface ISqlObserver
{
    /// <param name="alone">Outside of a transaction: what it writes is committed with it.</param>
    void Runs(string sql, bool alone);

    /// <summary>A transaction of several statements has been committed.</summary>
    void Commits();
}

/// <summary>
/// Runs the statements of the busiest requests and of every start without EF Core, in SQL that both databases understand.
/// </summary>
/// <remarks>EF Core's own work for such a statement costs several times that of the driver; docs/performance.md has the figures.</remarks>
public sealed class SqlRunner(DbDataSource source, ISqlObserver? observer = null)
{
    // The flag follows the asynchronous call chain, so other work in the process is not affected.
    private static readonly AsyncLocal<bool> Holds = new();

    /// <summary>
    /// From here to the end of the asynchronous method that calls it, statements hold their thread instead of giving it back.
    /// </summary>
    /// <remarks>
    /// For the start alone: nothing else wants the thread then, and each asynchronous method that waits must first be compiled.
    /// </remarks>
    internal static void HoldThread() => Holds.Value = true;

    /// <summary>A connection for several statements.</summary>
    public async ValueTask<OpenedConnection> OpenAsync(CancellationToken cancellationToken) => Holds.Value
        ? new(source.OpenConnection(), observer, blocks: true)
        : new(await source.OpenConnectionAsync(cancellationToken), observer, blocks: false);

    /// <summary>The connection of the transaction that the caller has begun on a context of EF Core.</summary>
    public OpenedConnection Within(AuthDbContext db) => new(
        db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException("The context has no transaction."), observer);

    /// <summary>Begins a list of statements of which all happen or none; the caller also runs it.</summary>
    public SqlBatch Together() => new(source, observer);

    /// <inheritdoc cref="OpenedConnection.FirstAsync"/>
    public async ValueTask<T?> FirstAsync<T>(
        string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.FirstAsync(sql, values, read, cancellationToken);
    }

    /// <inheritdoc cref="OpenedConnection.FirstAsync"/>
    public async ValueTask<T?> FirstValueAsync<T>(
        string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
        where T : struct
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await connection.FirstValueAsync(sql, values, read, cancellationToken);
    }

    /// <returns>Whether the statement finds a row.</returns>
    public async ValueTask<bool> ExistsAsync(string sql, Action<SqlValues> values, CancellationToken cancellationToken) =>
        await FirstValueAsync(sql, values, static _ => true, cancellationToken) is not null;

    /// <inheritdoc cref="OpenedConnection.ListAsync"/>
    public async ValueTask<List<T>> ListAsync<T>(
        string sql, Action<SqlValues> values, Func<DbDataReader, T> read, CancellationToken cancellationToken)
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
