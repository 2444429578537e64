using AuthServer.Backup;
using AuthServer.Email.Delivery;
using AuthServer.Keys;
using AuthServer.Telemetry;
using AuthServer.RateLimits.InRedis;

namespace AuthServer.Hosting.Probes;

/// <summary>Whether this process may get requests, and why not.</summary>
public sealed class HealthState
{
    private readonly DatabaseProbe _database;
    private readonly KeyRing _ring;
    private readonly BackupStates _backups;
    private readonly DeliveryStates _mails;
    private readonly Drain _drain;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly IServiceProvider _services;
    private volatile bool _wasReady;

    public HealthState(
        DatabaseProbe database, KeyRing ring, BackupStates backups, DeliveryStates mails, Drain drain, IHostApplicationLifetime lifetime,
        IServiceProvider services, AuthMeter meter)
    {
        (_database, _ring, _backups, _mails) = (database, ring, backups, mails);
        (_drain, _lifetime, _services) = (drain, lifetime, services);
        meter.ObserveReadiness(() => IsReadyNow() ? 1 : 0);
    }

    /// <summary>It listens, and every step of the start is done.</summary>
    public bool HasStarted => _lifetime.ApplicationStarted.IsCancellationRequested;

    public async Task<bool> IsReadyAsync(CancellationToken cancellation) => IsReady(await _database.AskAsync().WaitAsync(cancellation));

    public async Task<Readiness> LookAsync(CancellationToken cancellation)
    {
        var found = await _database.AskAsync().WaitAsync(cancellation);
        var keys = !_ring.Current.Signing.IsEmpty;
        return new(
            IsReady(found) ? Readiness.IsReady : Readiness.IsNotReady,
            found.Wrong is null ? "ok" : "failed", found.Wrong, found.LacksMigrations ? "missing" : found.Wrong is null ? "ok" : "unknown",
            keys ? "ok" : "failed", RedisState(), _drain.HasBegun ? "draining" : HasStarted ? "serving" : "starting",
            BackupDetail.Of(_backups.Last), MailDetail.Of(_mails));
    }

    private bool IsReady(DatabaseFinding found) => _wasReady = found.IsFine && !_ring.Current.Signing.IsEmpty && !_drain.HasBegun;

    // For an export that nobody has asked before: the answer of now if it is there, otherwise the last one.
    private bool IsReadyNow() => _database.AskAsync() is { IsCompletedSuccessfully: true } found ? IsReady(found.Result) : _wasReady;

    // Without Redis every process counts alone: worse, but it serves.
    private string RedisState() =>
        _services.GetService<SharedCounters>() is { } counters ? counters.IsUp ? "ok" : "degraded" : "off";
}
