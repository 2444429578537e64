using Quartz;

namespace AuthServer.Sessions;

/// <summary>The scheduled check of the number of sessions of every person.</summary>
[DisallowConcurrentExecution]
public sealed class SessionLimitJob(SessionLimit limit) : IJob
{
    public Task Execute(IJobExecutionContext context) => limit.TrimAllAsync(context.CancellationToken);
}
