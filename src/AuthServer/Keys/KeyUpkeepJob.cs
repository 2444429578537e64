using Quartz;

namespace AuthServer.Keys;

/// <summary>
/// Announces the successors of keys that have been in use long enough, and deletes retired keys that are no longer accepted.
/// </summary>
[DisallowConcurrentExecution]
public sealed class KeyUpkeepJob(KeyRotation rotation) : IJob
{
    public async Task Execute(IJobExecutionContext context)
    {
        await rotation.RotateDueAsync(context.CancellationToken);
        await rotation.DeleteOldAsync(context.CancellationToken);
    }
}
