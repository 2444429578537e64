namespace AuthServer.Keys;

/// <summary>Follows the ring in the database, so that a rotation reaches every replica without a restart.</summary>
/// <remarks>A change is announced, too; this follows files and time, and what no notice told of.</remarks>
public sealed partial class KeyRingRefresh(KeyRing ring, TimeProvider time, ILogger<KeyRingRefresh> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var fails = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Leaves the timer's call stack, because SQLite answers synchronously. Ticks that come meanwhile are one.
            await Task.Yield();
            try
            {
                await ring.RefreshAsync(stoppingToken);
                if (fails) LogReadAgain(log);
                fails = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // The keys in memory stay in use; /health/ready reports a database that is away.
                if (!fails) LogNotRead(log, error);
                fails = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key ring cannot be read; the keys in memory stay in use.")]
    private static partial void LogNotRead(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "The key ring can be read again.")]
    private static partial void LogReadAgain(ILogger logger);
}
