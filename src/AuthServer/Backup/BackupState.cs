using AuthServer.Backup.Drill;
using AuthServer.Backup.Places;

namespace AuthServer.Backup;

/// <summary>What an operator asks about backups: is there one, how old, and has it been proven.</summary>
/// <param name="Place">Where they are, for a person to read.</param>
/// <param name="ReadAt">When this was read, UTC.</param>
/// <param name="Backups">All of the place, the newest first.</param>
/// <param name="Drills">The newest first.</param>
public sealed record BackupState(
    string Place, DateTime ReadAt, IReadOnlyList<StoredBackup> Backups, IReadOnlyList<DrillRecord> Drills)
{
    /// <summary>Null: there is none.</summary>
    /// <remarks>
    /// One of the future is none: a machine whose clock was wrong has named it, and no backup would be made until that day.
    /// </remarks>
    public StoredBackup? Newest => Backups.FirstOrDefault(b => !b.IsOfFuture(ReadAt));

    /// <summary>Passed or not; null: there was none.</summary>
    public DrillRecord? LastDrill => Past.MaxBy(d => d.At);

    /// <summary>The last one that passed.</summary>
    public DrillRecord? LastProof => Past.Where(d => d.Passed).MaxBy(d => d.At);

    private IEnumerable<DrillRecord> Past => Drills.Where(d => d.At <= ReadAt + StoredBackup.MostSkew);

    /// <summary>The newest backup that a drill has proven and that is still there.</summary>
    public StoredBackup? NewestProven => Backups.FirstOrDefault(b => Drills.Any(d => d.Passed && d.Backup == b.Name));
}
