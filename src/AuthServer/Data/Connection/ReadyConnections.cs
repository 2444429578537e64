using System.Data.Common;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>
/// Fills the pool a moment after the start: the data source keeps the connections that it has, but opens none before the first request for
/// one.
/// </summary>
public sealed partial class ReadyConnections(
    NpgsqlDataSource source, DatabaseOptions options, ILogger<ReadyConnections> logger) : BackgroundService
{
    // The first answers need the processor more.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Until all are there, requests wait for theirs: where a long statement keeps one, the others are given back.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, stoppingToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(Patience);
        // All at once, or each would get the connection that the one before gave back.
        var opening = Enumerable.Range(0, options.PoolSize).Select(_ => source.OpenConnectionAsync(limit.Token).AsTask()).ToList();
        try
        {
            await Task.WhenAll(opening);
        }
        catch (OperationCanceledException)
        {
            // What is busy is open already.
        }
        catch (DbException exception)
        {
            // The first request that needs a connection opens it, or reports the fault.
            LogFewer(logger, options.PoolSize, exception.Message);
        }
        finally
        {
            foreach (var opened in opening.Where(o => o.IsCompletedSuccessfully)) await (await opened).DisposeAsync();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "Not all of the {Count} connections of DATABASE_POOL_SIZE could be opened: {Reason}")]
    private static partial void LogFewer(ILogger logger, int count, string reason);
}
