using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;

namespace AuthServer.Data.Starting;

/// <summary>Lets one process at a time do the start-up work, so that two replicas neither migrate nor make the first keys twice.</summary>
public static class StartLock
{
    // Any fixed number; other programs on the same database must not use it.
    private const long AdvisoryKey = 0x4175746853727631;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static Task<IAsyncDisposable> TakeAsync(
        DbDataSource source, DatabaseOptions options, DataDirectory directory, TimeProvider time, CancellationToken cancellation) =>
        options.IsEmbedded
            ? TakeFileAsync(directory, time, cancellation) : Task.FromResult<IAsyncDisposable>(TakeAdvisory(source, options.IsPooled));

    /// <summary>A lock of the session, behind a pooler of the transaction, which the database frees when the process is killed.</summary>
    /// <remarks>It blocks, as all that a start asks of the database (<see cref="SqlRunner.HoldThread"/>).</remarks>
    private static Advisory TakeAdvisory(DbDataSource source, bool isPooled)
    {
        var connection = source.OpenConnection();
        try
        {
            var transaction = isPooled ? connection.BeginTransaction() : null;
            Run(connection, isPooled ? $"SELECT pg_advisory_xact_lock({AdvisoryKey})" : $"SELECT pg_advisory_lock({AdvisoryKey})");
            return new Advisory(connection, transaction);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Run(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = (int)Patience.TotalSeconds;
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// The operating system frees the file when the process ends. The empty file stays: deleting it would let two hold "the" lock.
    /// </summary>
    private static async Task<IAsyncDisposable> TakeFileAsync(DataDirectory directory, TimeProvider time, CancellationToken cancellation)
    {
        var path = directory.FileAt("start.lock");
        var began = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
            }
        }
    }

    private sealed class Advisory(DbConnection connection, DbTransaction? transaction) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            // The connection goes back to the pool and must not keep the lock there.
            if (transaction is null) Run(connection, $"SELECT pg_advisory_unlock({AdvisoryKey})");
            else transaction.Dispose();
            connection.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
