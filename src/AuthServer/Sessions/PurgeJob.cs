using Quartz;

namespace AuthServer.Sessions;

/// <summary>The scheduled purge of expired sessions and of the protocol's short-lived rows.</summary>
[DisallowConcurrentExecution]
public sealed partial class PurgeJob(ExpiredRows rows, ILogger<PurgeJob> log) : IJob
{
    public async Task Execute(IJobExecutionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var purged = await rows.PurgeAsync(context.CancellationToken);
        if (purged is not (0, 0, 0)) LogPurged(log, purged.Sessions, purged.Tokens, purged.Assertions);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Purged {Sessions} sessions, {Tokens} one-time tokens, {Assertions} client assertions.")]
    private static partial void LogPurged(ILogger logger, int sessions, int tokens, int assertions);
}
