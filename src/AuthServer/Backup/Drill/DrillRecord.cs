using System.Text.Json.Serialization;

namespace AuthServer.Backup.Drill;

/// <summary>The result of a restore drill.</summary>
/// <param name="Backup">The name of the backup that was restored.</param>
/// <param name="At">When the drill began, UTC.</param>
/// <param name="Passed">It was restored, had the rows that it says, and a person could sign in.</param>
/// <param name="Reason">Why it failed; null when it passed.</param>
/// <param name="Rows">Rows that were restored and compared.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record DrillRecord(string Backup, DateTime At, bool Passed, string? Reason, long Rows, double Seconds);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<DrillRecord>))]
internal sealed partial class DrillJson : JsonSerializerContext;
