using Quartz;

namespace AuthServer.Sessions;

/// <summary>The scheduled purge of expired sessions and of the protocol's short-lived rows.</summary>
[DisallowConcurrentExecution]
public sealed partial class PurgeJob(ExpiredRows rows, ILogger<PurgeJob> log) : IJob
{
    public async Task Execute(IJobExecutionContext context)
    {
        var purged = await rows.PurgeAsync(context.CancellationToken);
        if (!purged.IsNothing) LogPurged(log, purged.Sessions, purged.Tokens, purged.Assertions, purged.IdempotencyKeys, purged.AuditEvents);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Purged {Sessions} sessions, {Tokens} one-time tokens, {Assertions} client assertions, {Keys} idempotency keys, {AuditEvents} audit events.")]
    private static partial void LogPurged(ILogger logger, int sessions, int tokens, int assertions, int keys, int auditEvents);
}

/// <summary>The scheduled purge of approvals that were withdrawn long ago.</summary>
[DisallowConcurrentExecution]
public sealed class ApprovalPurgeJob(ExpiredRows rows) : IJob
{
    public Task Execute(IJobExecutionContext context)
    {
        return rows.PurgeApprovalsAsync(context.CancellationToken);
    }
}

/// <summary>The scheduled check of all people.</summary>
[DisallowConcurrentExecution]
public sealed class SessionLimitJob(SessionLimit limit) : IJob
{
    public Task Execute(IJobExecutionContext context) => limit.TrimAllAsync(context.CancellationToken);
}
