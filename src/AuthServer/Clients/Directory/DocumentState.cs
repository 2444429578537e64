using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Directory;

/// <summary>What the row of a client that a document describes keeps beside the metadata.</summary>
/// <param name="FetchedAt">When the document said this for the first time, in UTC: of two copies the later one is right.</param>
/// <param name="KeptAt">Since when somebody has allowed the client something, in UTC; null where nobody has.</param>
internal sealed record DocumentState(DateTime FetchedAt, DateTime? KeptAt)
{
    /// <summary>Stands in the column of a row that is there for a device alone.</summary>
    public const string AskedMark = "\"" + AskedMember + "\":";

    /// <summary>From the mark to the end of the time, which sorts as a text.</summary>
    public const int AskedLength = 41;

    /// <summary>Stands in the column of a row that somebody has allowed something.</summary>
    public const string KeptMark = "\"" + KeptMember + "\":";

    private const string FetchedMember = "fetched_at", KeptMember = "kept_at", UsedMember = "used_at", AskedMember = "asked_at",
        AskerMember = "asked_from";

    /// <summary>When a session or a code of it was seen last, in UTC; null: none was.</summary>
    public DateTime? UsedAt { get; init; }

    /// <summary>
    /// When a device asked for the first time with a client that nobody has allowed anything, in UTC: its request refers to a row. Null in
    /// every other row.
    /// </summary>
    public DateTime? AskedAt { get; init; }

    /// <summary>The network of that device; null where it is not known.</summary>
    public string? AskedFrom { get; init; }

    /// <summary>Stands in the column of a row that a device of this network has asked for.</summary>
    public static string AskerMark(string network) => $"\"{AskerMember}\":\"{network}\"";

    /// <summary>The mark of a row with its time, as <see cref="AskedLength"/> characters of the column are.</summary>
    public static string AskedText(DateTime time) => $"{AskedMark}\"{TextOf(time)}\"";

    public static DocumentState Read(JsonElement json) => new(
        TimeOf(json, FetchedMember) ?? DateTime.UnixEpoch, TimeOf(json, KeptMember))
    {
        UsedAt = TimeOf(json, UsedMember), AskedAt = TimeOf(json, AskedMember), AskedFrom = SignedText.Text(json, AskerMember),
    };

    public JsonObject Write()
    {
        var json = new JsonObject { [FetchedMember] = TextOf(FetchedAt) };
        if (KeptAt is { } kept) json[KeptMember] = TextOf(kept);
        if (UsedAt is { } used) json[UsedMember] = TextOf(used);
        if (AskedAt is { } asked) json[AskedMember] = TextOf(asked);
        if (AskedFrom is { } asker) json[AskerMember] = asker;
        return json;
    }

    private static string TextOf(DateTime time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static DateTime? TimeOf(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && DateTime.TryParse(
            value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
