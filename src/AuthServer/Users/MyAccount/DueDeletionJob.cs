using Quartz;

namespace AuthServer.Users.MyAccount;

/// <summary>The scheduled deletion of accounts whose people asked for it two weeks ago.</summary>
[DisallowConcurrentExecution]
public sealed partial class DueDeletionJob(OwnDeletion deletion, ILogger<DueDeletionJob> log) : IJob
{
    public async Task Execute(IJobExecutionContext context)
    {
        var deleted = await deletion.DeleteDueAsync(context.CancellationToken);
        if (deleted > 0) LogDeleted(log, deleted);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} accounts were deleted, as their people had asked.")]
    private static partial void LogDeleted(ILogger logger, int count);
}
