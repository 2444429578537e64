using Quartz;

namespace AuthServer.Sessions;

/// <summary>The scheduled purge of approvals that were withdrawn long ago.</summary>
[DisallowConcurrentExecution]
public sealed class ApprovalPurgeJob(ExpiredRows rows) : IJob
{
    public Task Execute(IJobExecutionContext context) => rows.PurgeApprovalsAsync(context.CancellationToken);
}
