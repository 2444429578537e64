using AuthServer.Data;

namespace AuthServer.Audit;

/// <summary>Writes the gathered refusals to the audit trail every few seconds, and once more at the end.</summary>
public sealed partial class RefusalWriter(
    Refusals refusals, IServiceScopeFactory scopes, TimeProvider time, ILogger<RefusalWriter> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // The database may be what is broken; the end of the process does not wait for it.
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(5);

    private readonly Lock _ending = new();
    private Task? _end;

    /// <summary>A host can be stopped by two callers at once, its own program and a test: both wait for the same last write.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_ending) return _end ??= EndAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WriteAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The last write is that of the end.
        }
    }

    private async Task EndAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastPatience);
        await WriteAsync(limit.Token);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        if (refusals.IsEmpty) return;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            // A row may be deleted by an operator, or be there although the answer to its writing was lost.
            foreach (var reason in await refusals.WriteAsync(scope.ServiceProvider.GetRequiredService<AuthDbContext>(), cancellationToken))
            {
                LogGivenUp(log, reason);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The rows wait, bounded in number, until the database is back.
            LogFailed(log, e.Message);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "A refusal was not written to the audit trail, because the database refuses the row: {Reason}")]
    private static partial void LogGivenUp(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refusals could not be written to the audit trail: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
