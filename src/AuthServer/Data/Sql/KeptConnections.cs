using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AuthServer.Data.Sql;

/// <summary>Connections to the embedded file that stay open, with the statements that they have prepared.</summary>
/// <remarks>
/// The pool of Microsoft.Data.Sqlite keeps connections without their statements; docs/performance.md has what preparing costs.
/// </remarks>
/// <param name="connectionString">Of the file.</param>
/// <param name="prepare">Is called once for each connection that has been opened.</param>
internal sealed class KeptConnections(string connectionString, Action<DbConnection> prepare) : DbDataSource
{
    // As many as one request after another needs on a few cores; a connection has its own cache of pages.
    private const int MostKept = 8;

    private readonly ConcurrentStack<KeptConnection> _kept = [];
    private volatile bool _isClosed;

    // Otherwise the file would stay open in a second pool.
    public override string ConnectionString { get; } =
        new SqliteConnectionStringBuilder(connectionString) { Pooling = false }.ToString();

    protected override DbConnection CreateDbConnection() => new KeptConnection(this);

    protected override DbConnection OpenDbConnection()
    {
        if (_kept.TryPop(out var kept)) return kept.Give();
        var connection = new KeptConnection(this);
        try
        {
            connection.Open();
            prepare(connection);
            return connection.Give();
        }
        catch
        {
            connection.End();
            throw;
        }
    }

    // The driver has no asynchronous work: SQLite runs in this process.
    protected override ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default) =>
        new(OpenDbConnection());

    protected override void Dispose(bool disposing)
    {
        EndAll();
        base.Dispose(disposing);
    }

    protected override ValueTask DisposeAsyncCore()
    {
        EndAll();
        return base.DisposeAsyncCore();
    }

    /// <returns>Whether the connection is kept for the next caller.</returns>
    internal bool Keep(KeptConnection connection)
    {
        if (_isClosed || _kept.Count >= MostKept) return false;
        _kept.Push(connection);
        // Disposed meanwhile: whoever pops it ends it.
        if (_isClosed) EndAll();
        return true;
    }

    private void EndAll()
    {
        _isClosed = true;
        while (_kept.TryPop(out var connection)) connection.End();
    }
}
