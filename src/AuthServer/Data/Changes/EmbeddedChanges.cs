using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace AuthServer.Data.Changes;

/// <summary>Sees that a command has written the embedded database beside this server.</summary>
/// <remarks>
/// SQLite counts the commits of other connections, which the server's own writes are too. Under writes the kept rows are therefore read
/// anew twice a second, which is four short statements.
/// </remarks>
public sealed class EmbeddedChanges(DbDataSource source, RowChanges changes, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private DbConnection? _connection;

    public override void Dispose()
    {
        _connection?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        long? seen = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Leaves the timer's call stack, because SQLite answers synchronously.
            await Task.Yield();
            try
            {
                // With the first tick, so that a start need not wait for it.
                _connection ??= await source.OpenConnectionAsync(stoppingToken);
                var version = Version(_connection);
                if (version == seen) continue;
                // Also the first time, because what was written between the start and now was not counted.
                seen = version;
                await changes.FollowAllAsync(stoppingToken);
            }
            catch (SqliteException)
            {
                // The kept rows expire by time; /health/ready and the requests report a file that cannot be read.
            }
        }
    }

    private static long Version(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA data_version";
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
