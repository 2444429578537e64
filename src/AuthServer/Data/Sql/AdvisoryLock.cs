using System.Data.Common;

namespace AuthServer.Data.Sql;

/// <summary>A lock in PostgreSQL that one process holds at a time; the database frees it when the connection ends.</summary>
/// <remarks>
/// The keys are fixed numbers, which other programs on the same database must not use. Behind a pooler the lock is one of a transaction,
/// because the sessions change there.
/// </remarks>
internal sealed class AdvisoryLock : IAsyncDisposable
{
    // A transaction that only holds a lock is idle, and the database may be set to end those.
    private const string StayIdle = "SET LOCAL idle_in_transaction_session_timeout = 0";

    private readonly DbConnection _connection;
    private readonly long _key;
    private DbTransaction? _transaction;

    private AdvisoryLock(DbConnection connection, long key) => (_connection, _key) = (connection, key);

    /// <summary>Waits for the lock and blocks, as all that a start asks of the database (<see cref="SqlRunner.HoldThread"/>).</summary>
    /// <exception cref="DbException">The database does not answer, or another process holds the lock for longer.</exception>
    public static AdvisoryLock Take(DbDataSource source, bool isPooled, long key, TimeSpan patience)
    {
        var connection = source.OpenConnection();
        try
        {
            var taken = new AdvisoryLock(connection, key);
            if (isPooled)
            {
                taken._transaction = connection.BeginTransaction();
                using var idle = taken.Command(StayIdle);
                idle.ExecuteNonQuery();
            }

            using var command = taken.Command(isPooled ? "SELECT pg_advisory_xact_lock(@key)" : "SELECT pg_advisory_lock(@key)");
            command.CommandTimeout = (int)patience.TotalSeconds;
            command.ExecuteNonQuery();
            return taken;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>Null: another process holds it.</returns>
    public static async Task<AdvisoryLock?> TryTakeAsync(DbDataSource source, bool isPooled, long key, CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            var taken = new AdvisoryLock(connection, key);
            if (isPooled)
            {
                taken._transaction = await connection.BeginTransactionAsync(cancellation);
                await using var idle = taken.Command(StayIdle);
                await idle.ExecuteNonQueryAsync(cancellation);
            }

            await using var command = taken.Command(
                isPooled ? "SELECT pg_try_advisory_xact_lock(@key)" : "SELECT pg_try_advisory_lock(@key)");
            if (await command.ExecuteScalarAsync(cancellation) is true) return taken;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Blocks for one statement, as <see cref="Take"/> does: a start uses it, and loads nothing that is not needed.</summary>
    public ValueTask DisposeAsync()
    {
        try
        {
            // The connection goes back to the pool and must not keep the lock there.
            if (_transaction is not null) _transaction.Dispose();
            else
            {
                using var command = Command("SELECT pg_advisory_unlock(@key)");
                command.ExecuteNonQuery();
            }
        }
        catch (Exception exception) when (exception is DbException or InvalidOperationException)
        {
            // It broke or was closed meanwhile, and with it went the lock.
        }
        finally
        {
            _connection.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private DbCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Transaction = _transaction;
        if (!sql.Contains("@key", StringComparison.Ordinal)) return command;
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("key", _key);
        command.Parameters.Add(parameter);
        return command;
    }
}
