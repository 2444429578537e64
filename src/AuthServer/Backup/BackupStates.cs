using AuthServer.Backup.Drill;
using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;

namespace AuthServer.Backup;

/// <summary>The place of BACKUP_TO, and what is there.</summary>
public sealed class BackupStates(BackupScheduleOptions schedule, BackupOptions options, TimeProvider time)
{
    private readonly Lock _opening = new();
    private IBackupPlace? _place;
    private Look? _look;

    /// <summary>Null: BACKUP_TO is not set.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public IBackupPlace? Place
    {
        get
        {
            if (schedule.To is null) return null;
            lock (_opening) return _place ??= BackupPlaces.Open(schedule.To);
        }
    }

    /// <summary>What was last read; a health check or a metric does not wait for the place.</summary>
    public BackupState? Last { get; private set; }

    /// <exception cref="Configuration.StartRefusedException">There is no BACKUP_KEY.</exception>
    public DrillRecords Records
    {
        get
        {
            options.RequireKeys();
            return new(options.Key!, options.KeyPrevious);
        }
    }

    /// <summary>How the last look at BACKUP_TO went; null: there was none yet.</summary>
    public bool? IsReadable => _look?.Succeeded;

    /// <summary>Reads BACKUP_TO.</summary>
    /// <returns>Null: it is not set.</returns>
    /// <exception cref="IOException">The place does not answer.</exception>
    public async Task<BackupState?> ReadAsync(CancellationToken cancellation)
    {
        if (schedule.To is null) return null;
        var succeeded = false;
        try
        {
            Last = await ReadAsync(Place!, cancellation);
            succeeded = true;
            return Last;
        }
        finally
        {
            if (!cancellation.IsCancellationRequested) _look = new(time.GetTimestamp(), succeeded);
        }
    }

    /// <summary>Whether anything of this process has looked so lately.</summary>
    public bool HasLookedWithin(TimeSpan span) => _look is { } look && time.GetElapsedTime(look.At) < span;

    public async Task<BackupState> ReadAsync(IBackupPlace place, CancellationToken cancellation)
    {
        var backups = await place.ListAsync(cancellation);
        return new(
            place.Description, time.GetUtcNow().UtcDateTime, backups,
            backups.Count == 0 ? [] : await Records.ReadAsync(place, cancellation));
    }

    private sealed record Look(long At, bool Succeeded);
}
