using System.Text.Json.Serialization;
using AuthServer.Backup;

namespace AuthServer.Hosting.Probes;

/// <summary>The answer of /health/ready.</summary>
/// <param name="Backups">For operators alone; null where there is nothing to tell, or nobody to tell it to.</param>
public sealed record Readiness(
    string Status, string Database, string Keys, string Redis,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BackupDetail? Backups);

/// <summary>How old the newest backup is, and when one was last proven. It does not make a server unready: requests are served.</summary>
/// <param name="NewestAt">Null: there is none.</param>
/// <param name="ProvenAt">When a restore drill last passed; null: never.</param>
/// <param name="DrillFailure">Why the last drill failed; null: it passed, or there was none.</param>
public sealed record BackupDetail(string Place, DateTime? NewestAt, DateTime? ProvenAt, string? DrillFailure)
{
    /// <param name="state">Null: there is no BACKUP_TO, or its first look is yet to come.</param>
    public static BackupDetail? Of(BackupState? state) => state is null ? null
        : new(
            state.Place, state.Newest?.CreatedAt, state.LastProof?.At,
            state.LastDrill?.Reason);
}
