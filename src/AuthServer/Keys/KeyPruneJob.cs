using Quartz;

namespace AuthServer.Keys;

/// <summary>Deletes keys of the ring when nothing alive can have been made with them.</summary>
[DisallowConcurrentExecution]
public sealed class KeyPruneJob(KeyRotation rotation) : IJob
{
    public Task Execute(IJobExecutionContext context) => rotation.DeleteOldAsync(context.CancellationToken);
}
