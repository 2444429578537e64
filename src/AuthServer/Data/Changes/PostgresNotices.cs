using System.Data.Common;
using AuthServer.Data.Connection;
using Npgsql;

namespace AuthServer.Data.Changes;

/// <summary>Learns by LISTEN, within milliseconds, that another process has written a table whose rows are kept here.</summary>
/// <remarks>
/// The triggers <c>announce_change</c> notify, so that commands, restores and psql are heard too, and only when they commit. It holds one
/// connection, which is not one of the pool.
/// </remarks>
public sealed partial class PostgresNotices(
    DatabaseOptions options, RowChanges changes, TimeProvider time, ILogger<PostgresNotices> log) : BackgroundService
{
    /// <summary>The payload is the name of a table and nothing else: any user of the database may listen.</summary>
    public const string Channel = "authserver_changes";

    // The first answers need the processor more. Until it listens, kept rows expire by time.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100), LongestRetry = TimeSpan.FromSeconds(5);

    // A peer that is gone without a word is noticed after the two: an idle connection asks for an answer.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(3), Answer = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _source = Source(options.ListensAt!);

    public override void Dispose()
    {
        _source.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, time, stoppingToken);
        var (retry, isAway) = (FirstRetry, false);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await OpenAsync(stoppingToken);
                if (isAway) LogBack(log);
                (retry, isAway) = (FirstRetry, false);
                await ListenAsync(connection, stoppingToken);
            }
            catch (Exception error) when (
                error is DbException or TimeoutException or IOException && !stoppingToken.IsCancellationRequested)
            {
                if (!isAway) LogAway(log, error.Message);
                isAway = true;
                await Task.Delay(retry, time, stoppingToken);
                retry = retry * 2 > LongestRetry ? LongestRetry : retry * 2;
            }
        }
    }

    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder postgres) => DatabaseSetup.Source(new(postgres.ConnectionString)
    {
        Pooling = false,
        MaxAutoPrepare = 0,
        CommandTimeout = (int)Answer.TotalSeconds,
        ApplicationName = postgres.ApplicationName + " notices",
    }, "authplatform notices");

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(connection, $"LISTEN {Channel}", cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var heard = new HashSet<string>(StringComparer.Ordinal);
        connection.Notification += (_, notice) => heard.Add(notice.Payload);
        // Whatever was written before the connection listened was not heard.
        await changes.FollowAllAsync(cancellationToken);
        while (true)
        {
            // A notice may also arrive with the answer to the question.
            if (!await connection.WaitAsync(Quiet, cancellationToken)) await ExecuteAsync(connection, "SELECT 1", cancellationToken);
            if (heard.Count == 0) continue;
            await changes.FollowAsync(heard, cancellationToken);
            heard.Clear();
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Changes that other processes make to clients, scopes and keys are seen late, within 10 s: the connection that listens "
            + "for them is away ({Reason}). It is opened again.")]
    private static partial void LogAway(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Changes that other processes make are seen at once again.")]
    private static partial void LogBack(ILogger logger);
}
