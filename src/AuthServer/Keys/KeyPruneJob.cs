using Quartz;

namespace AuthServer.Keys;

/// <summary>Deletes the retired keys that are no longer accepted.</summary>
[DisallowConcurrentExecution]
public sealed class KeyPruneJob(KeyRotation rotation) : IJob
{
    public Task Execute(IJobExecutionContext context) => rotation.DeleteOldAsync(context.CancellationToken);
}
