using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>
/// Closes the idle connections of the pool when one shows that they are of no use: PostgreSQL was restarted, or takes no writes any more.
/// </summary>
/// <remarks>Otherwise each of them would fail a request: the pool learns that a connection is broken when it is used.</remarks>
public sealed class PoolRenewal(TimeProvider time, NpgsqlDataSource? source = null)
{
    // Requests that fail at once say the same.
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    private long _last = time.GetTimestamp() - time.TimestampFrequency;

    /// <summary>To be called with what has failed a request.</summary>
    public void After(Exception? exception)
    {
        if (source is null || !IsAboutConnection(exception)) return;
        var (last, now) = (Interlocked.Read(ref _last), time.GetTimestamp());
        if (time.GetElapsedTime(last, now) < Apart || Interlocked.CompareExchange(ref _last, now, last) != last) return;
        source.Clear();
    }

    private static bool IsAboutConnection(Exception? exception) => exception switch
    {
        null => false,
        // ReadOnlySqlTransaction: the primary has become a standby, or another server is the primary now.
        PostgresException e => e.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.DatabaseDropped,
        // A broken connection. One that is only exhausted or slow says TimeoutException.
        NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException } => true,
        _ => IsAboutConnection(exception.InnerException),
    };
}
