using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;

namespace AuthServer.Backup.Schedule;

/// <summary>What only one replica does at a time.</summary>
public enum SharedAct
{
    Backup = 1,
    Drill = 2,
}

/// <summary>Lets one replica at a time make a backup or run a drill.</summary>
public sealed class OneReplica(DbDataSource source, DatabaseOptions options, DataDirectory directory)
{
    // With the number of the act; other programs on the same database must not use them.
    private const long AdvisoryKey = 0x4175746842_000000;

    /// <returns>Null: another one does it.</returns>
    public async Task<IAsyncDisposable?> TryTakeAsync(SharedAct act, CancellationToken cancellation)
    {
        if (options.IsEmbedded) return directory.TryLock(act == SharedAct.Backup ? "backup.lock" : "drill.lock");
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            // Through a pooler the sessions change, but for a transaction.
            var transaction = options.IsPooled ? await connection.BeginTransactionAsync(cancellation) : null;
            var held = new Advisory(connection, transaction, AdvisoryKey + (int)act);
            if (await held.TryTakeAsync(cancellation)) return held;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    /// <summary>A lock of the session or of the transaction, which the database frees when the connection ends.</summary>
    private sealed class Advisory(DbConnection connection, DbTransaction? transaction, long key) : IAsyncDisposable
    {
        public async Task<bool> TryTakeAsync(CancellationToken cancellation) =>
            await RunAsync(
                transaction is null ? "SELECT pg_try_advisory_lock(@key)" : "SELECT pg_try_advisory_xact_lock(@key)", cancellation) is true;

        public async ValueTask DisposeAsync()
        {
            // The connection goes back to the pool and must not keep the lock there.
            try
            {
                if (transaction is not null) await transaction.DisposeAsync();
                else await RunAsync("SELECT pg_advisory_unlock(@key)", CancellationToken.None);
            }
            catch (DbException)
            {
                // It broke meanwhile, and with it went the lock.
            }

            await connection.DisposeAsync();
        }

        private async Task<object?> RunAsync(string sql, CancellationToken cancellation)
        {
            await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
            command.CommandText = sql;
#pragma warning restore CA2100
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("key", key);
            command.Parameters.Add(parameter);
            return await command.ExecuteScalarAsync(cancellation);
        }
    }
}
