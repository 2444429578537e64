namespace AuthServer.Sessions;

/// <summary>Checks, a few seconds after they opened sessions, the people who open many.</summary>
public sealed partial class SessionTrimming(
    SessionOpeningCounter opened, IServiceScopeFactory scopes, TimeProvider time, ILogger<SessionTrimming> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TrimAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not trimmed now is found by the check of all people.
        }
    }

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        foreach (var person in opened.TakeDue())
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var ended = await scope.ServiceProvider.GetRequiredService<SessionLimit>().TrimAsync(person, cancellationToken);
                if (ended > 0) LogTrimmed(log, ended, person);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(log, e.Message);
            }
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
            Message = "{Count} sessions of {User} ended, because the person has opened more than SESSIONS_PER_PERSON allows.")]
    private static partial void LogTrimmed(ILogger logger, int count, Guid user);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sessions of a person could not be counted: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
