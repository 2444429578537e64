using AuthServer.Keys;
using AuthServer.Sessions;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Quartz;
using Quartz.Spi;

namespace AuthServer.Hosting;

/// <summary>Runs every job by the clock, each with its rhythm. Each replica runs them: they delete by condition, so twice is no harm.</summary>
/// <remarks>
/// The scheduler is built a moment after the start, in a container of its own: its first job is due minutes later,
/// and until then the processor has better to do (docs/performance.md).
/// </remarks>
public sealed class Scheduling(IServiceProvider services) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly List<IHostedService> _running = [];
    private ServiceProvider? _own;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        foreach (var service in _running) await service.StopAsync(cancellationToken);
        if (_own is not null) await _own.DisposeAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Delay(Pause, stoppingToken);
        _own = Build(services);
        foreach (var service in _own.GetServices<IHostedService>())
        {
            _running.Add(service);
            await service.StartAsync(stoppingToken);
        }
    }

    /// <summary>The scheduler and its jobs, which are made from the server's services.</summary>
    internal static ServiceProvider Build(IServiceProvider services)
    {
        var own = new ServiceCollection();
        own.AddSingleton(services.GetRequiredService<ILoggerFactory>()).AddLogging();
        own.AddSingleton(services.GetRequiredService<IHostApplicationLifetime>());
        own.AddQuartz(quartz =>
        {
            Every<PurgeJob>(quartz, TimeSpan.FromMinutes(5));
            Every<ApprovalPurgeJob>(quartz, TimeSpan.FromHours(6));
            Every<SessionLimitJob>(quartz, TimeSpan.FromHours(6));
            Every<KeyPruneJob>(quartz, TimeSpan.FromHours(6));
        });
        own.Replace(ServiceDescriptor.Singleton<IJobFactory>(new Jobs(services)));
        own.AddQuartzHostedService(hosted => hosted.WaitForJobsToComplete = true);
        return own.BuildServiceProvider();
    }

    /// <summary>The first run comes one interval after the start, so that a restart under load stays cheap.</summary>
    private static void Every<TJob>(IServiceCollectionQuartzConfigurator quartz, TimeSpan interval) where TJob : IJob =>
        quartz.ScheduleJob<TJob>(trigger => trigger
            .WithIdentity(typeof(TJob).Name)
            .StartAt(DateBuilder.FutureDate((int)interval.TotalSeconds, IntervalUnit.Second))
            .WithSimpleSchedule(schedule => schedule.WithInterval(interval).RepeatForever().WithMisfireHandlingInstructionNextWithRemainingCount()));

    /// <summary>Makes the jobs from the server's services, each run in a scope of its own.</summary>
    private sealed class Jobs(IServiceProvider services) : IJobFactory
    {
        public IJob NewJob(TriggerFiredBundle bundle, IScheduler scheduler)
        {
            var scope = services.CreateAsyncScope();
            return new Scoped(scope, (IJob)ActivatorUtilities.CreateInstance(scope.ServiceProvider, bundle.JobDetail.JobType));
        }

        public void ReturnJob(IJob job) => (job as IDisposable)?.Dispose();
    }

    private sealed class Scoped(AsyncServiceScope scope, IJob job) : IJob, IDisposable
    {
        public async Task Execute(IJobExecutionContext context)
        {
            await using (scope) await job.Execute(context);
        }

        public void Dispose() => scope.Dispose();
    }
}
