using System.Text.Json.Serialization;
using AuthServer.Backup;
using AuthServer.Email.Delivery;

namespace AuthServer.Hosting.Probes;

/// <summary>The answer of /health/ready on the management listener.</summary>
/// <param name="Reason">Why the database does not serve, with the cure; null while it does.</param>
/// <param name="Migrations">Whether the schema is that of this version, or of a later one.</param>
/// <param name="Process">starting, serving, or draining: it was told to end, and finishes what it has.</param>
/// <param name="Backups">Null: there is no BACKUP_TO, or its first look is yet to come.</param>
/// <param name="Mail">Null: mail is off, or its first look is yet to come.</param>
public sealed record Readiness(
    string Status, string Database, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    string Migrations, string Keys, string Redis, string Process,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] BackupDetail? Backups,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MailDetail? Mail)
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

/// <summary>How many mails wait, and since when; how many were given up. It does not make a server unready: requests are served.</summary>
/// <param name="Outage">Why no mail leaves this replica at present; null: the way is open, as far as it knows.</param>
public sealed record MailDetail(int Waiting, DateTime? OldestAt, int Failed, string? Outage)
{
    public static MailDetail? Of(DeliveryStates states) =>
        states.Last is { } last ? new(last.Waiting, last.OldestAt, last.Failed, states.Outage) : null;
}
