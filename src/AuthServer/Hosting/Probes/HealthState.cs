using AuthServer.Backup;
using AuthServer.Keys;
using AuthServer.RateLimits.InRedis;

namespace AuthServer.Hosting.Probes;

/// <summary>Whether this process may get requests, and why not.</summary>
public sealed class HealthState(
    DatabaseProbe database, KeyRing ring, BackupStates backups, Drain drain, IHostApplicationLifetime lifetime,
    IServiceProvider services)
{
    /// <summary>It listens, and every step of the start is done.</summary>
    public bool HasStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    public async Task<bool> IsReadyAsync(CancellationToken cancellation) =>
        !drain.HasBegun && !ring.Current.Signing.IsEmpty && await database.AskAsync().WaitAsync(cancellation) is { IsFine: true };

    public async Task<Readiness> LookAsync(CancellationToken cancellation)
    {
        var found = await database.AskAsync().WaitAsync(cancellation);
        var keys = !ring.Current.Signing.IsEmpty;
        return new(
            found.IsFine && keys && !drain.HasBegun ? Readiness.IsReady : Readiness.IsNotReady,
            found.Wrong is null ? "ok" : "failed", found.Wrong, found.LacksMigrations ? "missing" : found.Wrong is null ? "ok" : "unknown",
            keys ? "ok" : "failed", RedisState(), drain.HasBegun ? "draining" : HasStarted ? "serving" : "starting",
            BackupDetail.Of(backups.Last));
    }

    // Without Redis every process counts alone: worse, but it serves.
    private string RedisState() =>
        services.GetService<SharedCounters>() is { } counters ? counters.IsUp ? "ok" : "degraded" : "off";
}
