using System.Text.Json.Serialization;
using AuthServer.Backup;

namespace AuthServer.Hosting.Probes;

/// <summary>The answer of /health/ready on the management listener.</summary>
/// <param name="Reason">Why the database does not serve, with the cure; null while it does.</param>
/// <param name="Migrations">Whether the schema is that of this version, or of a later one.</param>
/// <param name="Process">starting, serving, or draining: it was told to end, and finishes what it has.</param>
/// <param name="Backups">Null: there is no BACKUP_TO, or its first look is yet to come.</param>
public sealed record Readiness(
    string Status, string Database, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    string Migrations, string Keys, string Redis, string Process,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BackupDetail? Backups)
{
    public const string IsReady = "ready", IsNotReady = "not ready";
}

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
