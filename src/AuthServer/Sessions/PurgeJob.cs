using Quartz;

namespace AuthServer.Sessions;

/// <summary>The scheduled purge of expired sessions and of the protocol's short-lived rows.</summary>
[DisallowConcurrentExecution]
public sealed partial class PurgeJob(ExpiredRows rows, ILogger<PurgeJob> log) : IJob
{
    public async Task Execute(IJobExecutionContext context)
    {
        var purged = await rows.PurgeAsync(context.CancellationToken);
        if (!purged.IsNothing)
        {
            LogPurged(
                log, purged.Sessions, purged.Tokens, purged.Assertions, purged.IdempotencyKeys, purged.Devices, purged.Proofs, purged.Mails,
                purged.LogoutNotices, purged.AuditEvents);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Purged {Sessions} sessions, {Tokens} one-time tokens, {Assertions} client assertions, {Keys} idempotency keys, "
            + "{Devices} remembered devices, {Proofs} codes and links of mails, {Mails} mails, {LogoutNotices} logout notices, "
            + "{AuditEvents} audit events.")]
    private static partial void LogPurged(
        ILogger logger, int sessions, int tokens, int assertions, int keys, int devices, int proofs, int mails, int logoutNotices,
        int auditEvents);
}
