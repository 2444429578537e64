using AuthServer.Backup.Drill;
using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;

namespace AuthServer.Backup;

/// <summary>The place of BACKUP_TO, and what is there.</summary>
public sealed class BackupStates(BackupScheduleOptions schedule, BackupOptions options, TimeProvider time)
{
    private readonly Lock _opening = new();
    private IBackupPlace? _place;

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

    /// <summary>Reads BACKUP_TO.</summary>
    /// <returns>Null: it is not set.</returns>
    /// <exception cref="IOException">The place does not answer.</exception>
    public async Task<BackupState?> ReadAsync(CancellationToken cancellation) =>
        Place is { } place ? Last = await ReadAsync(place, cancellation) : null;

    public async Task<BackupState> ReadAsync(IBackupPlace place, CancellationToken cancellation)
    {
        var backups = await place.ListAsync(cancellation);
        return new(
            place.Description, time.GetUtcNow().UtcDateTime, backups,
            backups.Count == 0 ? [] : await Records.ReadAsync(place, cancellation));
    }
}
