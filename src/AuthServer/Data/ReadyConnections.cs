using System.Data.Common;
using Npgsql;

namespace AuthServer.Data;

/// <summary>Fills the pool once the server listens: the data source keeps the connections that it has, but opens none before somebody asks.</summary>
/// <remarks>The first answer need not wait for them.</remarks>
public sealed partial class ReadyConnections(NpgsqlDataSource source, DatabaseOptions options, ILogger<ReadyConnections> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _filling = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _filling = FillAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _filling;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stop.Dispose();

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        // All at once, or each would get the connection that the one before gave back.
        var opening = Enumerable.Range(0, options.PoolSize).Select(_ => source.OpenConnectionAsync(cancellationToken).AsTask()).ToList();
        try
        {
            await Task.WhenAll(opening);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (DbException exception)
        {
            // Whoever needs one opens it, or tells what is wrong.
            LogFewer(logger, options.PoolSize, exception.Message);
        }

        foreach (var opened in opening.Where(o => o.IsCompletedSuccessfully)) await opened.Result.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all of the {Count} connections of DATABASE_POOL_SIZE could be opened: {Reason}")]
    private static partial void LogFewer(ILogger logger, int count, string reason);
}
